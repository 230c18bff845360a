import type { Account } from "../../local/account";
import type { Internet } from "../../probe/internet";
import { browser } from "../../rehearsal/browser";
import type { Place } from "../../review/places";
import type { Subject } from "../../review/subjects";
import type { Call } from "./terraform";

/** What came of a request, as far as a visitor and the service can tell. */
export interface Truth {
  /** `anonymous`: it came to a service with no word of who it is. */
  readonly outcome: "anonymous" | "login" | "token" | "refused" | "nowhere";
  /** The service that it came to. */
  readonly service?: string;
}

/** `CF_Authorization` of the team domain, by e-mail and id of the login method. */
export type TeamSessions = ReadonlyMap<string, ReadonlyMap<string, string>>;

const MOST_HOPS = 8;
const NO_TOKEN = {
  "cf-access-client-id": `${"0".repeat(32)}.access`,
  "cf-access-client-secret": "0".repeat(64),
};

/** Everybody with a browser that knows the login to the team and nothing of any application. */
export class Visitors {
  readonly #jars = new Map<string, Map<string, Map<string, string>>>();
  /** Logins that came to nothing: session and the application's `kid`. */
  readonly #denied = new Set<string>();

  constructor(
    private readonly account: Account,
    private readonly outside: Internet,
    private readonly sessions: TeamSessions,
  ) {}

  /** What comes of a subject's request; for people the best that any login brings. */
  async ask(subject: Subject, { request }: Place): Promise<Truth> {
    const url = `https://${request.host}/`;
    const target = request.path;
    switch (subject.kind) {
      case "nobody":
        return truthOf(await this.outside.ask(url, { target }));
      case "preflight":
        return truthOf(
          await this.outside.ask(url, {
            target,
            method: "OPTIONS",
            headers: {
              origin: "https://elsewhere.invalid",
              "access-control-request-method": "GET",
            },
          }),
        );
      case "token": {
        const token = this.account.serviceTokens.get(subject.tokenId);
        const headers = token
          ? {
              "cf-access-client-id": token.client_id,
              "cf-access-client-secret": token.client_secret,
            }
          : NO_TOKEN;
        return truthOf(await this.outside.ask(url, { target, headers }));
      }
      default: {
        const sessions = this.sessions.get(subject.email);
        if (sessions === undefined)
          throw new Error(`nobody is ${subject.email}`);
        // One that is not there logs nobody in.
        const by = [...sessions].filter(
          ([id]) =>
            this.account.identityProviders.has(id) &&
            (subject.method === undefined || id === subject.method),
        );
        if (by.length === 0)
          return truthOf(await this.outside.ask(url, { target }));
        for (const [, session] of by) {
          const truth = await this.#visit(url, target, session);
          if (truth.outcome !== "refused") return truth;
        }
        return { outcome: "refused" };
      }
    }
  }

  /** Follows redirects and keeps cookies, as a browser does. */
  async #visit(url: string, first: string, session: string): Promise<Truth> {
    const { auth_domain: team } = this.account.organization!;
    let jar = this.#jars.get(session);
    if (jar === undefined) {
      jar = new Map([[team, new Map([["CF_Authorization", session]])]]);
      this.#jars.set(session, jar);
    }
    let at = new URL(url);
    let target: string | undefined = first;
    let login = "";
    for (let hop = 0; hop < MOST_HOPS; hop++) {
      const cookies = jar.get(at.host) ?? new Map<string, string>();
      jar.set(at.host, cookies);
      const cookie = [...cookies].map((pair) => pair.join("=")).join("; ");
      const answer = await this.outside.ask(at.href, {
        headers: cookie ? { cookie } : {},
        ...(target !== undefined && { target }),
      });
      for (const set of answer.headers.getSetCookie()) {
        const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(set) ?? [];
        cookies.set(name, value);
      }
      const location = answer.headers.get("location");
      if (location === null) {
        // On the team domain it is Access that refuses, whatever the path.
        if (at.host === team) this.#denied.add(login);
        return truthOf(answer);
      }
      at = new URL(location, at);
      // Whoever is sent back asks for the very path that they came for.
      const wanted = new URL(new URL(url).origin + first);
      target = at.href === wanted.href ? first : undefined;
      if (at.host === "accounts.google.com") return { outcome: "refused" };
      if (at.pathname.startsWith("/cdn-cgi/access/login/"))
        login = `${session} ${at.searchParams.get("kid")}`;
      // Once is enough: what a login comes to is the same for all of an application.
      if (this.#denied.has(login)) return { outcome: "refused" };
    }
    throw new Error(`${url} redirects in a loop, last to ${at.href}`);
  }
}

function truthOf({
  status,
  text,
}: {
  readonly status: number;
  readonly text: string;
}): Truth {
  if (status === 200 && text.startsWith('{"service"')) {
    const { claims, service } = JSON.parse(text) as {
      service: string;
      claims?: { email?: string; common_name?: string };
    };
    if (claims?.email) return { outcome: "login", service };
    return { outcome: claims?.common_name ? "token" : "anonymous", service };
  }
  // The page with the choice of login methods is as far as one gets without.
  if ([200, 302, 401, 403].includes(status)) return { outcome: "refused" };
  if ([400, 404, 409, 503, 530].includes(status)) return { outcome: "nowhere" };
  throw new Error(`${status} is no answer that was thought of: ${text}`);
}

/**
 * Logs everybody in to the team once with each of some login methods, by way of
 * an application that lets everybody in.
 */
export async function logIn(
  account: Account,
  outside: Internet,
  call: Call,
  emails: readonly string[],
  methods: Iterable<string>,
): Promise<TeamSessions> {
  const found = new Map<string, Map<string, string>>();
  const [zone] = account.zones.values();
  const [tunnel] = account.tunnels.values();
  const domain = `door.${zone!.name}`;
  const own = `/accounts/${account.id}/access`;
  const { id: policy } = await call("POST", `${own}/policies`, {
    name: "everyone",
    decision: "allow",
    include: [{ everyone: {} }],
  });
  const record = await call("POST", `/zones/${zone!.id}/dns_records`, {
    name: domain,
    type: "CNAME",
    content: `${tunnel!.id}.cfargotunnel.com`,
    proxied: true,
    ttl: 1,
  });
  for (const idp of methods) {
    const { id } = await call("POST", `${own}/apps`, {
      name: domain,
      type: "self_hosted",
      domain,
      allowed_idps: [idp],
      auto_redirect_to_identity: true,
      policies: [{ id: policy, precedence: 1 }],
    });
    for (const email of emails) {
      const sessions = found.get(email) ?? new Map<string, string>();
      found.set(email, sessions);
      const watched: Internet = {
        ...outside,
        async ask(url, ask) {
          const answer = await outside.ask(url, ask);
          if (new URL(url).host === account.organization!.auth_domain)
            for (const set of answer.headers.getSetCookie()) {
              const value = /^CF_Authorization=([^;]+)/.exec(set)?.[1];
              if (value) sessions.set(idp, value);
            }
          return answer;
        },
      };
      await browser(watched, email).visit(`https://${domain}/`);
    }
    await call("DELETE", `${own}/apps/${String(id)}`);
  }
  await call("DELETE", `${own}/policies/${String(policy)}`);
  await call(
    "DELETE",
    `/zones/${zone!.id}/dns_records/${String(record["id"])}`,
  );
  return found;
}
