import { decodeJwt } from "jose";
import { Cloudflare } from "../../account/cloudflare";
import type { Account } from "../../local/account";
import { loadAccount } from "../../local/account-file";
import type { IngressRule } from "../../local/account-objects";
import { startApi, type ApiServer } from "../../local/api/server";
import { startEdge } from "../../local/edge/edge";
import { google } from "../../local/google/google";
import { Network } from "../../local/network";
import { serve } from "../../local/origins/server";
import { sendJson } from "../../local/origins/stand-in";
import { internet, type Internet } from "../../probe/internet";
import { cast } from "../../rehearsal/cast";
import { EMAILS, SERVICES, type ByHand, type Setting } from "./code";
import type { Call } from "./terraform";
import { logIn, Visitors } from "./visitors";

/** Who stands for all that a policy does not name one by one. */
const OTHERS = ["example.com", "datacrew.space", "elsewhere.invalid"].map(
  (domain) => `someone.else@${domain}`,
);

const PEOPLE = [...EMAILS, ...OTHERS];

/** A local Cloudflare that is emptied between cases, and everybody who may ask it. */
export class World {
  static async open(): Promise<World> {
    const account = loadAccount("guide");
    const network = new Network();
    const origins = await Promise.all(SERVICES.map((url) => service(url)));
    SERVICES.forEach((url, at) =>
      network.add(new URL(url).hostname + ":80", origins[at]!.port),
    );
    const server = await startApi(account);
    const edge = await startEdge({
      account,
      network,
      google: google({ account }),
    });
    const outside = internet({
      ca: edge.caPem,
      locate: async () => ({ address: "127.0.0.1", port: edge.port }),
    });
    const world = new World(account, server, outside, async () => {
      await outside.close();
      await server.close();
      await edge.close();
      await Promise.all(origins.map((origin) => origin.close()));
    });
    await world.#logEverybodyIn();
    return world;
  }

  /** A client of the API, without a socket in between. */
  readonly client: Cloudflare;
  readonly setting: Setting;
  readonly #loginMethods: string[] = [];
  readonly #sessions = new Map<string, Map<string, string>>();

  private constructor(
    readonly account: Account,
    private readonly server: ApiServer,
    private readonly outside: Internet,
    readonly close: () => Promise<void>,
  ) {
    const { api } = server;
    this.client = new Cloudflare({
      apiToken: this.apiToken,
      baseURL: "http://local.invalid/client/v4",
      maxRetries: 0,
      fetch: (url, init) =>
        api.handle(new Request(url as string, init as RequestInit)),
    });
    const [zone] = account.zones.values();
    const [tunnel] = account.tunnels.values();
    this.setting = {
      accountId: account.id,
      zone: zone!.name,
      zoneId: zone!.id,
      tunnelId: tunnel!.id,
      teamName: account.organization!.auth_domain.split(".")[0]!,
      loginMethods: this.#loginMethods,
      google: cast(account).google,
    };
  }

  get apiToken(): string {
    return cast(this.account).apiToken;
  }

  /** Where the API listens, for Terraform. */
  get apiUrl(): string {
    return this.server.baseUrl;
  }

  readonly call: Call = async (method, path, body) => {
    const answer = await this.server.api.handle(
      new Request(`http://local.invalid/client/v4${path}`, {
        method,
        headers: { authorization: `Bearer ${this.apiToken}` },
        ...(body && { body: JSON.stringify(body) }),
      }),
    );
    const { errors, result, success } = (await answer.json()) as {
      success: boolean;
      errors: unknown;
      result: Record<string, unknown>;
    };
    if (!success)
      throw new Error(
        `${method} ${path} ${JSON.stringify(body)}: ${JSON.stringify(errors)}`,
      );
    return result;
  };

  /** Empties the account and puts into it what others have made by hand. */
  async reset(byHand: ByHand): Promise<void> {
    const { account } = this;
    for (const id of account.identityProviders.keys())
      if (!this.#loginMethods.includes(id))
        account.identityProviders.delete(id);
    for (const map of [
      account.applications,
      account.policies,
      account.groups,
      account.serviceTokens,
      account.dnsRecords,
    ])
      map.clear();
    account.organization!.strict_service_token_auth = byHand.strict;
    account.organization!.deny_unmatched_requests = byHand.denyUnmatched;
    const { accountId, tunnelId, zoneId } = this.setting;
    const ingress: IngressRule[] = [
      ...byHand.rules,
      { service: "http_status:404" },
    ];
    await this.call(
      "PUT",
      `/accounts/${accountId}/cfd_tunnel/${tunnelId}/configurations`,
      { config: { ingress } },
    );
    for (const record of byHand.records)
      await this.call("POST", `/zones/${zoneId}/dns_records`, {
        ...record,
        type: "CNAME",
        content: `${tunnelId}.cfargotunnel.com`,
        ttl: 1,
      });
    for (const { decision, domain, email } of byHand.applications) {
      const include = [email ? { email: { email } } : { everyone: {} }];
      const { id } = await this.call(
        "POST",
        `/accounts/${accountId}/access/policies`,
        { name: domain, decision, include },
      );
      await this.call("POST", `/accounts/${accountId}/access/apps`, {
        name: domain,
        type: "self_hosted",
        domain,
        policies: [{ id, precedence: 1 }],
      });
    }
  }

  /** Everybody, as they are now: nobody keeps what an earlier login brought. */
  async visitors(): Promise<Visitors> {
    await this.#logIn();
    return new Visitors(this.account, this.outside, this.#sessions);
  }

  async #logEverybodyIn(): Promise<void> {
    const { account, call } = this;
    account.identityProviders.clear();
    account.applications.clear();
    const { google } = cast(account);
    for (const name of ["Google", "Google too"]) {
      const { id } = await call(
        "POST",
        `/accounts/${account.id}/access/identity_providers`,
        {
          name,
          type: "google",
          config: {
            client_id: google.clientId,
            client_secret: google.clientSecret,
          },
        },
      );
      this.#loginMethods.push(String(id));
    }
    account.people.push(
      ...PEOPLE.filter(
        (email) => !account.people.some((one) => one.email === email),
      ).map((email) => ({ email, name: email })),
    );
    await this.#logIn();
  }

  /** Everybody, with each login method that they have not used yet. */
  async #logIn(): Promise<void> {
    const { account, call, outside } = this;
    const [used] = this.#sessions.values();
    const fresh = [...account.identityProviders.keys()].filter(
      (id) => !used?.has(id),
    );
    if (fresh.length === 0) return;
    const made = await logIn(account, outside, call, PEOPLE, fresh);
    for (const [email, sessions] of made)
      this.#sessions.set(
        email,
        new Map([...(this.#sessions.get(email) ?? []), ...sessions]),
      );
  }
}

/** A service that tells its own address and what Access says of the visitor. */
function service(url: string) {
  return serve({
    async handle(request, response) {
      request.resume();
      const jwt = request.headers["cf-access-jwt-assertion"];
      const claims = typeof jwt === "string" ? decodeJwt(jwt) : undefined;
      sendJson(response, 200, { service: url, claims });
    },
  });
}
