import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { isOwnHost, misdirected } from "../loopback";
import { toRequest, wasAborted } from "../to-request";
import { GoogleCloud } from "./cloud";
import { GoogleError } from "./errors";
import { resourceManager } from "./resource-manager";
import { dispatch, type Route } from "./routes";
import { secretManager } from "./secret-manager";
import { serviceUsage } from "./service-usage";

/** One request as Google saw it; nothing of its body, which may be secret. */
export interface GoogleCall {
  readonly method: string;
  /** `secretmanager/v1/projects/…`, without the query. */
  readonly path: string;
  readonly status: number;
}

/** Some APIs of Google Cloud, for one project. */
export interface GoogleApis {
  readonly cloud: GoogleCloud;
  readonly calls: readonly GoogleCall[];
  /**
   * The environment in which Terraform's provider for Google finds them. It
   * reads these variables by itself; on a real account none of them is set.
   *
   * @see https://registry.terraform.io/providers/hashicorp/google/6.50.0/docs/guides/provider_reference
   */
  readonly environment: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

/** Serves them over plain HTTP, on a free port of 127.0.0.1. */
export async function startGoogleApis(
  cloud = new GoogleCloud(),
): Promise<GoogleApis> {
  const apis: Record<string, Route[]> = {
    secretmanager: secretManager(cloud),
    serviceusage: serviceUsage(cloud),
    cloudresourcemanager: resourceManager(cloud),
  };
  const calls: GoogleCall[] = [];

  const handle = async (request: Request): Promise<Response> => {
    const url = new URL(request.url);
    const [, api = "", path = ""] =
      /^\/([^/]+)(\/.*)$/.exec(url.pathname) ?? [];
    try {
      if (
        request.headers.get("authorization") !== `Bearer ${cloud.accessToken}`
      )
        throw new GoogleError(
          "UNAUTHENTICATED",
          "Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or other valid authentication credential. See https://developers.google.com/identity/sign-in/web/devconsole-project.",
        );
      url.pathname = path;
      return await dispatch(apis[api] ?? [], new Request(url, request));
    } catch (error) {
      if (!(error instanceof GoogleError)) throw error;
      return error.toResponse();
    }
  };

  const server = createServer(async (incoming, outgoing) => {
    if (!isOwnHost(incoming.headers.host))
      return misdirected(incoming, outgoing);
    try {
      const request = await toRequest(incoming);
      const answer = await handle(request);
      const path = new URL(request.url).pathname.slice(1);
      calls.push({ method: request.method, path, status: answer.status });
      outgoing.writeHead(answer.status, Object.fromEntries(answer.headers));
      outgoing.end(await answer.text());
    } catch (error) {
      outgoing.destroy();
      if (!wasAborted(error)) throw error;
    }
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  return {
    cloud,
    calls,
    environment: {
      GOOGLE_OAUTH_ACCESS_TOKEN: cloud.accessToken,
      GOOGLE_SECRET_MANAGER_CUSTOM_ENDPOINT: `${base}/secretmanager/v1/`,
      GOOGLE_SERVICE_USAGE_CUSTOM_ENDPOINT: `${base}/serviceusage/v1/`,
      GOOGLE_RESOURCE_MANAGER_CUSTOM_ENDPOINT: `${base}/cloudresourcemanager/v1/`,
    },
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}
