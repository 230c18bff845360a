import type { Stage } from "./stage";

const RULE = {
  hostname: "someone-else.datacrew.space",
  service: "http://127.0.0.1:9",
  originRequest: {},
};

/** What a person does by hand meanwhile: a rule, and things of the stack's names. */
export class OtherWriter {
  readonly #ids: { token: string; policy: string };

  constructor(
    private readonly stage: Stage,
    stack: string,
  ) {
    const { account } = stage;
    const at = account.timestamp();
    const token = {
      id: account.newId(),
      name: `${stack}-api`,
      client_id: `${account.newHexId()}.access`,
      client_secret: account.newClientSecret(),
      client_secret_version: 1,
      duration: "8760h",
      enabled: true,
      created_at: at,
      updated_at: at,
    };
    const policy = {
      id: account.newId(),
      name: "by hand",
      decision: "deny" as const,
      include: [{ everyone: {} }],
      exclude: [],
      require: [],
      reusable: true,
      created_at: at,
      updated_at: at,
    };
    account.serviceTokens.set(token.id, token as never);
    account.policies.set(policy.id, policy as never);
    this.#ids = { token: token.id, policy: policy.id };
    this.#edit((rules) => [...rules.slice(0, -1), RULE, ...rules.slice(-1)]);
  }

  /** Undoes it all. @returns what of it was no longer there */
  undo(): string[] {
    const { account } = this.stage;
    const gone: string[] = [];
    if (!account.serviceTokens.delete(this.#ids.token)) gone.push("the token");
    if (!account.policies.delete(this.#ids.policy)) gone.push("the policy");
    this.#edit((rules) => {
      const rest = rules.filter(({ hostname }) => hostname !== RULE.hostname);
      if (rest.length === rules.length) gone.push("the rule");
      return rest;
    });
    return gone;
  }

  #edit(change: (rules: readonly Rule[]) => readonly Rule[]): void {
    const [tunnel] = this.stage.account.tunnels.values();
    if (tunnel === undefined) return;
    const { config, version } = tunnel.configuration;
    tunnel.configuration = {
      ...tunnel.configuration,
      version: version + 1,
      config: { ...config, ingress: [...change(config?.ingress ?? [])] },
    };
  }

  /** Ids that are not ours. */
  get ids(): ReadonlySet<string> {
    return new Set(Object.values(this.#ids));
  }
}

type Rule = NonNullable<
  NonNullable<
    import("../../local/account-objects").Tunnel["configuration"]["config"]
  >["ingress"]
>[number];
