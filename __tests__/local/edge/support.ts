import { createServer, type IncomingHttpHeaders } from "node:http";
import { request } from "node:https";
import type { AddressInfo } from "node:net";
import { connect } from "node:tls";
import { CookieJar } from "tough-cookie";
import WebSocket, { WebSocketServer } from "ws";
import type { Account } from "../../../local/account";
import type {
  Application,
  Decision,
  IdentityProvider,
  Policy,
} from "../../../local/account-objects";
import { loadAccount } from "../../../local/account-file";
import { startEdge, type Edge } from "../../../local/edge/edge";
import type { Mail } from "../../../local/edge/team";
import { dashboard } from "../../../local/dashboard/dashboard";
import { github } from "../../../local/github/github";
import { google } from "../../../local/google/google";
import { openId } from "../../../local/openid/openid";
import { allOf } from "../../../local/web-hosts";
import { Network } from "../../../local/network";

export const TEAM = "datacrew.cloudflareaccess.com";
export const HOST = "comfyui.datacrew.space";
export const ADA = "ada@datacrew.space";
export const MALLORY = "mallory@example.net";

/** A request as the origin behind the tunnel saw it. */
export interface Seen {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

export interface Ask {
  readonly method?: string;
  readonly headers?: Record<string, string | string[]>;
  readonly body?: string;
}

/** An edge before an origin that says what it was asked. */
export interface Lab {
  readonly account: Account;
  readonly edge: Edge;
  readonly google: IdentityProvider;
  /** Requests that reached the origin, oldest first. */
  readonly seen: Seen[];
  /** Codes that were mailed, oldest first. */
  readonly mails: Mail[];
  /** Moves the account's clock on. */
  wait(seconds: number): void;
  ask(url: string, ask?: Ask): Promise<Answer>;
  openSocket(url: string, headers?: Record<string, string>): Promise<Socket>;
  close(): Promise<void>;
}

/** What came of trying to open a WebSocket: an echo, or a refusal. */
export type Socket =
  { readonly echo: string } | { readonly status: number; location?: string };

export async function startLab(): Promise<Lab> {
  let later = 0;
  const account = loadAccount("guide", {
    now: () => new Date(Date.now() + later),
  });
  const idp: IdentityProvider = {
    id: "600613e0-0000-4000-8000-000000000001",
    name: "Google",
    type: "google",
    config: {
      client_id: account.googleClients[0]!.client_id,
      pkce_enabled: true,
    },
    client_secret: account.googleClients[0]!.client_secret,
    version: "1",
  };
  account.identityProviders.set(idp.id, idp);

  const seen: Seen[] = [];
  const mails: Mail[] = [];
  const origin = createServer(async (req, res) => {
    const chunks: Buffer[] = [];
    for await (const chunk of req) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks).toString();
    const { headers, method = "", url = "" } = req;
    seen.push({ method, url, headers, body });
    res.setHeader("set-cookie", "origin=1");
    res.end(`origin ${method} ${url} ${body}`);
  });
  const sockets = new WebSocketServer({ server: origin });
  sockets.on("connection", (socket, { headers, method = "", url = "" }) => {
    seen.push({ method, url, headers, body: "" });
    socket.on("message", (message) => socket.send(String(message)));
  });
  await new Promise<void>((resolve) =>
    origin.listen(0, "127.0.0.1", () => resolve()),
  );
  const network = new Network();
  network.add("caddy:80", (origin.address() as AddressInfo).port);
  const edge = await startEdge({
    account,
    network,
    google: allOf(
      google({ account }),
      github(account),
      dashboard(account),
      openId(account),
    ),
    mail: (mail) => mails.push(mail),
  });

  return {
    account,
    edge,
    mails,
    google: idp,
    seen,
    wait: (seconds) => void (later += seconds * 1000),
    ask: (url, ask) => askEdge(edge, url, ask),
    openSocket: (url, headers) => openSocket(edge, url, headers),
    async close() {
      await edge.close();
      sockets.close();
      origin.closeAllConnections();
      await new Promise((resolve) => origin.close(resolve));
    },
  };
}

/** Puts an application on a host, with one policy for each decision given. */
export function protect(
  { account }: Pick<Lab, "account">,
  policies: { decision: Decision; include: object[]; length?: string }[],
  settings: Partial<Application> = {},
): Application {
  const at = account.timestamp();
  const links = policies.map(({ decision, include, length }, index) => {
    const policy = {
      id: account.newId(),
      name: `${decision} ${index}`,
      decision,
      include,
      exclude: [],
      require: [],
      reusable: true,
      created_at: at,
      updated_at: at,
      ...(length && { session_duration: length }),
    } as Policy;
    account.policies.set(policy.id, policy);
    return { id: policy.id, precedence: index + 1 };
  });
  const application: Application = {
    id: account.newId(),
    aud: account.newHex64(),
    name: "ComfyUI",
    type: "self_hosted",
    domain: HOST,
    allowed_idps: [],
    session_duration: "24h",
    tags: [],
    auto_redirect_to_identity: false,
    enable_binding_cookie: false,
    http_only_cookie_attribute: true,
    options_preflight_bypass: false,
    app_launcher_visible: true,
    created_at: at,
    updated_at: at,
    ...settings,
    policies: links,
  };
  account.applications.set(application.id, application);
  return application;
}

export const allowAda = {
  decision: "allow" as const,
  include: [{ email: { email: ADA } }],
};

/** A Service Auth policy for the account's token, and the headers that carry it. */
export function serviceAuth({ account }: Lab) {
  const token = [...account.serviceTokens.values()][0]!;
  return {
    token,
    policy: {
      decision: "non_identity" as const,
      include: [{ service_token: { token_id: token.id } }],
    },
    headers: {
      "cf-access-client-id": token.client_id,
      "cf-access-client-secret": token.client_secret,
    },
  };
}

/** Asks the edge for any of its hosts; redirects are not followed. */
export function askEdge(
  { caPem, port }: Edge,
  url: string,
  { body, headers, method = "GET" }: Ask = {},
): Promise<Answer> {
  const { host, hostname } = new URL(url);
  return new Promise((resolve, reject) => {
    const asking = request(
      {
        agent: false,
        host: "127.0.0.1",
        port,
        servername: hostname,
        ca: caPem,
        method,
        // As given, and not as a URL parser tidies it up.
        path: /^https:\/\/[^/]+(\/.*)?/s.exec(url)?.[1] ?? "/",
        headers: { host, ...headers },
      },
      (answer) => {
        const chunks: Buffer[] = [];
        answer.on("data", (chunk: Buffer) => chunks.push(chunk));
        answer.on("error", reject);
        answer.on("end", () =>
          resolve({
            status: answer.statusCode ?? 0,
            headers: answer.headers,
            text: Buffer.concat(chunks).toString(),
          }),
        );
      },
    );
    asking.on("error", reject);
    asking.end(body);
  });
}

function openSocket(
  { caPem: ca, port }: Edge,
  url: string,
  headers: Record<string, string> = {},
): Promise<Socket> {
  const servername = new URL(url).hostname;
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url, {
      headers,
      createConnection: () =>
        connect({ host: "127.0.0.1", port, servername, ca }),
    });
    socket.on("open", () => socket.send("hello"));
    socket.on("message", (message) => {
      resolve({ echo: String(message) });
      socket.terminate();
    });
    socket.on("unexpected-response", (_request, response) => {
      const { location } = response.headers;
      const status = response.statusCode ?? 0;
      resolve({ status, ...(location && { location }) });
      response.destroy();
    });
    socket.on("error", reject);
  });
}

/** Somebody with a browser of their own: it keeps cookies and follows redirects. */
export class Visitor {
  readonly jar = new CookieJar();
  /** Where each step led, login and all. */
  readonly steps: string[] = [];

  constructor(
    readonly lab: Lab,
    readonly email: string,
  ) {}

  /** One request with this browser's cookies. */
  async ask(url: string, ask: Ask = {}): Promise<Answer> {
    const cookie = await this.jar.getCookieString(url);
    const answer = await this.lab.ask(url.replace(/#.*$/s, ""), {
      ...ask,
      headers: { ...ask.headers, ...(cookie && { cookie }) },
    });
    for (const set of answer.headers["set-cookie"] ?? [])
      await this.jar.setCookie(set, url, { ignoreError: true });
    return answer;
  }

  /** Goes to a page and on to wherever it leads; picks its account at Google. */
  async visit(
    url: string,
    until: (url: string) => boolean = () => false,
  ): Promise<Answer & { url: string }> {
    let at = url;
    let ask: Ask = {};
    for (let step = 0; step < 20; step++) {
      if (until(at)) return { url: at, status: 0, headers: {}, text: "" };
      this.steps.push(at);
      const answer = await this.ask(at, ask);
      ask = {};
      const { location } = answer.headers;
      const chooser = /<form method="post" action="([^"]+)"/.exec(answer.text);
      if (location !== undefined) {
        at = new URL(location, at).href;
      } else if (chooser && new URL(at).host !== TEAM) {
        at = new URL(chooser[1]!.replaceAll("&amp;", "&"), at).href;
        ask = {
          method: "POST",
          headers: { "content-type": "application/x-www-form-urlencoded" },
          body: new URLSearchParams({ email: this.email }).toString(),
        };
      } else {
        return { ...answer, url: at };
      }
    }
    throw new Error(`leads in circles: ${this.steps.join("\n")}`);
  }

  /** The value of a cookie that this browser sends to a URL. */
  async cookie(url: string, name: string): Promise<string | undefined> {
    const cookies = await this.jar.getCookies(url);
    return cookies.find(({ key }) => key === name)?.value;
  }
}
