import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

export const IDENTITY = { clientId: "an-identity", clientSecret: "its-secret" };

/** A server that speaks as much of Infisical's API as its SDK asks of it. */
export interface InfisicalServer {
  readonly url: string;
  /** By project, environment, path and name, with a slash between. */
  readonly secrets: Map<string, string>;
  /** Method and path of what was asked, without a query. */
  readonly asked: string[];
  /** Answers everything but the login with this status. */
  refuse?: { status: number; message: string };
  /** Leaves writes without an answer. */
  silent?: boolean;
  close(): Promise<void>;
}

export async function startInfisical(): Promise<InfisicalServer> {
  const secrets = new Map<string, string>();
  const asked: string[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const text = Buffer.concat(chunks).toString();
    const body = (text ? JSON.parse(text) : {}) as Record<string, string>;
    const url = new URL(request.url ?? "/", "http://localhost");
    const answer = (status: number, content: object): void => {
      response.writeHead(status, { "content-type": "application/json" });
      response.end(JSON.stringify(content));
    };
    asked.push(`${request.method} ${url.pathname}`);

    if (url.pathname === "/api/v1/auth/universal-auth/login") {
      const known =
        body.clientId === IDENTITY.clientId &&
        body.clientSecret === IDENTITY.clientSecret;
      if (known) answer(200, { accessToken: "a-token", expiresIn: 7200 });
      else answer(401, { message: `Invalid credentials ${body.clientSecret}` });
      return;
    }
    if (request.headers.authorization !== "Bearer a-token")
      return answer(401, { message: "Token missing" });
    if (running.refuse) {
      const { message, status } = running.refuse;
      return answer(status, {
        message: `${message} ${body.secretValue ?? ""}`,
      });
    }
    const at = (name: keyof typeof body) =>
      url.searchParams.get(name) ?? body[name] ?? "";
    const folder = [at("workspaceId"), at("environment"), at("secretPath")];
    const name = /^\/api\/v3\/secrets\/raw\/(.+)$/.exec(url.pathname)?.[1];
    if (!name) return answer(200, { secrets: [] });
    const key = [...folder, name].join("/");
    const exists = secrets.has(key);
    if (request.method === "GET")
      return exists
        ? answer(200, { secret: { secretValue: secrets.get(key) } })
        : answer(404, { message: `Secret with name '${name}' not found` });
    if (running.silent) return;
    if (exists === (request.method === "POST"))
      return answer(400, { message: "Secret already exist, or does not" });
    secrets.set(key, body.secretValue ?? "");
    answer(200, { secret: { secretKey: name } });
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address() as AddressInfo;
  const running: InfisicalServer = {
    url: `http://127.0.0.1:${port}`,
    secrets,
    asked,
    async close() {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
  return running;
}

/** The variables that lead to a server. */
export function infisicalEnvironment({
  url,
}: InfisicalServer): Record<string, string> {
  return {
    INFISICAL_CLIENT_ID: IDENTITY.clientId,
    INFISICAL_CLIENT_SECRET: IDENTITY.clientSecret,
    INFISICAL_SITE_URL: url,
    INFISICAL_PROJECT_ID: "a-project",
    INFISICAL_ENVIRONMENT: "prod",
    INFISICAL_PATH: "/machines",
  };
}
