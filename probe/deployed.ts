import { z } from "zod/mini";
import type { Deployed } from "./world";
import { readOutputs } from "../deployment/state";
import type { Stack } from "../deployment/stacks";
import type { TerraformOptions } from "../deployment/terraform";

const OUTPUTS = z.object({
  service: z.object({
    name: z.string(),
    hostname: z.string(),
    aud: z.string(),
    team_name: z.string(),
    page_text: z.string(),
    api_path: z.string(),
    web_socket_path: z.nullish(z.string()),
    local_url: z.string(),
    container_url: z.string(),
    // Absent in what was deployed before paths could be open.
    open_paths: z.nullish(z.array(z.string())),
  }),
  service_tokens: z.array(
    z.object({
      name: z.string(),
      id: z.string(),
      client_id: z.string(),
      client_secret: z.string(),
      // Absent for a token that is valid for ever.
      expires_at: z.nullish(z.string()),
      // Absent for a token that is for the whole host.
      paths: z.nullish(z.array(z.string())),
    }),
  ),
});

/** A stack that was never deployed, or was destroyed, or has no service. */
export class NotDeployed extends Error {
  constructor(readonly stackName: string) {
    super(
      `The stack "${stackName}" has no service deployed: deploy it first (npm run deploy -- ${stackName}).`,
    );
    this.name = "NotDeployed";
  }
}

/**
 * Reads what was deployed for a service from its stack's outputs.
 *
 * @throws NotDeployed
 */
export async function readDeployed(
  stack: Pick<Stack, "name" | "dir">,
  options: TerraformOptions,
): Promise<Deployed> {
  const parsed = OUTPUTS.safeParse(await readOutputs(stack, options));
  if (!parsed.success) throw new NotDeployed(stack.name);
  const { service, service_tokens: tokens } = parsed.data;
  const token = tokens.find(({ paths }) => !paths);
  return {
    name: service.name,
    hostname: service.hostname,
    aud: service.aud,
    teamName: service.team_name,
    pageText: service.page_text,
    apiPath: service.api_path,
    webSocketPath: service.web_socket_path ?? undefined,
    localUrl: service.local_url,
    containerUrl: service.container_url,
    openPaths: service.open_paths ?? [],
    token: token && {
      clientId: token.client_id,
      clientSecret: token.client_secret,
      expiresAt: token.expires_at ?? undefined,
    },
    furtherTokens: tokens
      .filter((one) => one !== token)
      .map(({ client_id, client_secret, name, paths }) => ({
        name,
        clientId: client_id,
        clientSecret: client_secret,
        paths: paths ?? undefined,
      })),
  };
}
