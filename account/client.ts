import { Cloudflare } from "./cloudflare";
import { fetchNamed } from "./fetch-named";

/** A client of Cloudflare's API with the credentials in the environment. */
export function cloudflareClient(env: NodeJS.ProcessEnv): Cloudflare {
  return new Cloudflare({
    apiToken: env.CLOUDFLARE_API_TOKEN,
    baseURL: env.CLOUDFLARE_BASE_URL || undefined,
    fetch: fetchNamed,
  });
}
