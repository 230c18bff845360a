import { Cloudflare } from "../../account/cloudflare";
import { openPathPattern } from "../../ingress/open-path";
import type { Account } from "../../local/account";
import { loadAccount } from "../../local/account-file";
import type {
  Application,
  IngressRule,
  Policy,
  ServiceToken,
} from "../../local/account-objects";
import { startLocalCloudflare, type LocalCloudflare } from "../../local/start";
import { internet } from "../../probe/internet";
import { probe, type ProbeOptions } from "../../probe/probe";
import type { Deployed, World } from "../../probe/world";
import { browser } from "../../rehearsal/browser";
import { cast } from "../../rehearsal/cast";
import { inside } from "../../rehearsal/inside";
import { comfyui } from "../../services/comfyui";

export const HOST = "comfyui.datacrew.space";

/** The guide's ComfyUI, protected by calls of the API as a deploy makes them. */
export class Service {
  static async deploy(now?: () => Date): Promise<Service> {
    const account = loadAccount("guide", { now });
    const cloudflare = await startLocalCloudflare({ account, caddy: false });
    const service = new Service(account, cloudflare);
    await service.#protect();
    return service;
  }

  deployed!: Deployed;
  app!: Application;
  people!: Policy;
  token!: ServiceToken;
  readonly #client: Cloudflare;
  readonly #outside;

  private constructor(
    readonly account: Account,
    readonly cloudflare: LocalCloudflare,
  ) {
    this.#client = new Cloudflare({
      apiToken: cast(account).apiToken,
      baseURL: cloudflare.apiUrl,
    });
    this.#outside = internet({
      ca: cloudflare.edge.caPem,
      locate: async () => ({
        address: "127.0.0.1",
        port: cloudflare.edge.port,
      }),
    });
  }

  /** The checks by id, with what came of each. */
  async probe(
    options?: ProbeOptions,
    world: World = this.world(),
  ): Promise<Record<string, string>> {
    const results = await probe(this.deployed, world, options);
    return Object.fromEntries(
      results.map(({ check, finding }) => [check.id, finding.status]),
    );
  }

  /** What one sees from outside, from inside and with two people's browsers. */
  world(): World {
    const { allowed, other } = cast(this.account);
    return {
      ...this.#outside,
      ...inside(this.cloudflare.network),
      people: {
        allowed: browser(this.#outside, allowed.email),
        other: browser(this.#outside, other.email),
      },
    };
  }

  /** A client of the API with the deploy's token. */
  get client(): Cloudflare {
    return this.#client;
  }

  /** Opens a path to everyone, as a deploy with `openPaths` does. */
  async open(path: string, pattern = openPathPattern(path)) {
    const everyone = await this.addPolicy("open", "bypass", [{ everyone: {} }]);
    const app = await this.addApp(`ComfyUI ${path}`, path, [everyone]);
    await this.writeRules((rules) => {
      const index = rules.findIndex(({ hostname }) => hostname === HOST);
      const { service } = rules[index]!;
      const originRequest = { httpHostHeader: HOST };
      rules.splice(index, 0, {
        hostname: HOST,
        path: pattern,
        service,
        originRequest,
      });
    });
    await this.demand(this.app.aud, app.aud);
    this.deployed = { ...this.deployed, openPaths: [path] };
    return app;
  }

  /** Makes a further token: limited to a path, as a deploy does it. */
  async addToken(name: string, path: string): Promise<Application> {
    const { id } = await this.post("access/service_tokens", { name });
    const admits = await this.addPolicy(
      `${name} (service token)`,
      "non_identity",
      [{ service_token: { token_id: id } }],
    );
    const app = await this.addApp(`ComfyUI ${path}`, path, [
      admits,
      this.people.id,
    ]);
    await this.writeRules((rules) => {
      const index = rules.findIndex(({ hostname }) => hostname === HOST);
      const { service } = rules[index]!;
      rules.splice(index, 0, {
        hostname: HOST,
        path: openPathPattern(path),
        service,
        originRequest: { httpHostHeader: HOST, access: demandOf(app.aud) },
      });
    });
    const { client_id, client_secret } = this.account.serviceTokens.get(id)!;
    const token = {
      name,
      clientId: client_id,
      clientSecret: client_secret,
      paths: [path],
    };
    this.deployed = { ...this.deployed, furtherTokens: [token] };
    return app;
  }

  /** Makes an application on this host; `path` begins with a slash. */
  async addApp(
    name: string,
    path: string,
    policies: readonly string[],
  ): Promise<Application> {
    const [login] = this.account.identityProviders.values();
    const google = [...this.account.identityProviders.values()].find(
      ({ type }) => type === "google",
    );
    const app = await this.post("access/apps", {
      name,
      type: "self_hosted",
      domain: HOST + path,
      session_duration: "24h",
      allowed_idps: [(google ?? login)!.id],
      auto_redirect_to_identity: true,
      policies: policies.map((id, index) => ({ id, precedence: index + 1 })),
    });
    return this.account.applications.get(app.id)!;
  }

  /** Makes a policy; returns its id. */
  async addPolicy(
    name: string,
    decision: string,
    include: readonly object[],
  ): Promise<string> {
    return (
      await this.post("access/policies", {
        name,
        decision,
        include,
        session_duration: "24h",
      })
    ).id;
  }

  /** Has the connector demand the JWT of these applications, or of none. */
  demand(...auds: string[]): Promise<void> {
    return this.writeRules((rules) => {
      for (const rule of rules)
        if (rule.hostname === HOST && !rule.path)
          rule.originRequest = {
            httpHostHeader: HOST,
            ...(auds.length > 0 && { access: demandOf(...auds) }),
          };
    });
  }

  /** Takes the rules of this host's paths out. */
  removePathRules(): Promise<void> {
    return this.writeRules((rules) => {
      const own = rules.filter((one) => one.hostname === HOST && one.path);
      for (const rule of own) rules.splice(rules.indexOf(rule), 1);
    });
  }

  /** Changes the rules of the account's first tunnel. */
  async writeRules(change: (rules: IngressRule[]) => void): Promise<void> {
    const [tunnel] = this.account.tunnels.values();
    const config = structuredClone(tunnel!.configuration.config!);
    change((config.ingress ??= []));
    await this.#client.put(
      this.path(`cfd_tunnel/${tunnel!.id}/configurations`),
      { body: { config } },
    );
  }

  path(below: string): string {
    return `/accounts/${this.account.id}/${below}`;
  }

  async post(below: string, body: object): Promise<{ id: string }> {
    const answer = await this.#client.post<{ result: { id: string } }>(
      this.path(below),
      { body },
    );
    return answer.result;
  }

  put(below: string, body: object): Promise<unknown> {
    return this.#client.put(this.path(below), { body });
  }

  delete(below: string): Promise<unknown> {
    return this.#client.delete(this.path(below));
  }

  async close(): Promise<void> {
    await this.#outside.close();
    await this.cloudflare.close();
  }

  async #protect(): Promise<void> {
    const { allowed, google } = cast(this.account);
    await this.post("access/identity_providers", {
      name: "Google",
      type: "google",
      config: {
        client_id: google.clientId,
        client_secret: google.clientSecret,
        pkce_enabled: true,
      },
    });
    const token = await this.post("access/service_tokens", {
      name: "comfyui-api",
    });
    this.token = this.account.serviceTokens.get(token.id)!;
    const machines = await this.addPolicy("machines", "non_identity", [
      { service_token: { token_id: token.id } },
    ]);
    const people = await this.addPolicy("people", "allow", [
      { email: { email: allowed.email } },
    ]);
    this.people = this.account.policies.get(people)!;
    this.app = await this.addApp("ComfyUI", "", [machines, people]);
    await this.demand(this.app.aud);
    this.deployed = {
      ...comfyui,
      hostname: HOST,
      aud: this.app.aud,
      teamName: "datacrew",
      token: {
        clientId: this.token.client_id,
        clientSecret: this.token.client_secret,
      },
    };
  }
}

function demandOf(...audTag: string[]) {
  return { required: true, teamName: "datacrew", audTag };
}
