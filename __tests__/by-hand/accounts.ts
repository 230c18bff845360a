import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import type { Account } from "../../local/account";
import { buildAccount } from "../../local/account-build";
import { parseAccountFile } from "../../local/account-file";
import type { AccountFileInput } from "../../local/account-file-schema";

/**
 * Accounts in which people followed the guide by hand before they met this
 * project: one to the letter, the others with one thing done differently.
 */

export const HOST = "comfyui.datacrew.space";
export const TEAM = "datacrew";
export const AUD = "c0ff".repeat(16);
export const APP = "b11d0000-0000-4000-8000-000000000001";
export const PEOPLE = "b11d0000-0000-4000-8000-000000000002";
export const GOOGLE = "b11d0000-0000-4000-8000-000000000003";
export const MACHINES = "b11d0000-0000-4000-8000-000000000005";
export const GROUP = "b11d0000-0000-4000-8000-000000000006";
/** A token that machines work with already. */
export const TOKEN = {
  id: "b11d0000-0000-4000-8000-000000000004",
  name: "comfyui-api",
  client_id: `${"c0".repeat(16)}.access`,
  client_secret: "by-hand-only-service-token-secret",
};

type Application = NonNullable<AccountFileInput["applications"]>[number];
type Policy = NonNullable<AccountFileInput["policies"]>[number];
type Document = NonNullable<
  NonNullable<AccountFileInput["tunnels"]>[number]["configuration"]
>["config"];
type Rule = NonNullable<NonNullable<Document>["ingress"]>[number];

/** What the guide makes by hand, ready to be changed. */
export class ByHand {
  readonly file = JSON.parse(
    readFileSync(resolve(__dirname, "../../local/accounts/guide.json"), "utf8"),
  ) as Required<AccountFileInput>;

  readonly people: Policy = {
    id: PEOPLE,
    name: "ComfyUI Access Policy",
    decision: "allow",
    include: [
      { email: { email: "ada@datacrew.space" } },
      { service_token: { token_id: TOKEN.id } },
    ],
    session_duration: "24h",
  };

  readonly application: Application = {
    id: APP,
    aud: AUD,
    name: "ComfyUI",
    domain: HOST,
    allowed_idps: [GOOGLE],
    auto_redirect_to_identity: true,
    policies: [PEOPLE],
  };

  readonly google = {
    id: GOOGLE,
    name: "Google",
    type: "google",
    config: { client_id: this.file.google_clients[0]!.client_id },
    client_secret: this.file.google_clients[0]!.client_secret,
  };

  constructor() {
    this.file.identity_providers.push(this.google);
    this.file.service_tokens.push({ ...TOKEN });
    this.file.policies.push(this.people);
    this.file.applications.push(this.application);
    this.rule.originRequest = {
      ...this.rule.originRequest,
      access: { required: true, teamName: TEAM, audTag: [AUD] },
    };
  }

  get rules(): Rule[] {
    return this.file.tunnels[0]!.configuration!.config!.ingress!;
  }

  get rule(): Rule {
    return this.rules.find(({ hostname, path }) => hostname === HOST && !path)!;
  }

  /** The record of the host, for a change. */
  get record() {
    return this.file.dns_records.find(({ name }) => name === HOST)!;
  }

  /** Admits machines by a policy of its own, in front, and not by the Allow policy. */
  admit(include: Policy["include"]): void {
    this.people.include = [{ email: { email: "ada@datacrew.space" } }];
    this.file.policies.push({
      id: MACHINES,
      name: "ComfyUI machines",
      decision: "non_identity",
      include,
    });
    this.application.policies = [MACHINES, PEOPLE];
  }
}

type Change = (it: ByHand) => void;

const byToken = [{ service_token: { token_id: TOKEN.id } }];

/** What each account has that the guide's does not. */
const CASES = {
  "guide to the letter": () => {},
  "policy of its own for machines": (it) => it.admit(byToken),
  "any valid token": (it) => it.admit([{ any_valid_service_token: {} }]),
  "token in a group": (it) => {
    it.file.groups.push({ id: GROUP, name: "Machines", include: byToken });
    it.admit([{ group: { id: GROUP } }]);
  },
  "several destinations": (it) => {
    it.application.name = "Services";
    it.application.destinations = ["comfyui", "n8n", "chat"].map((name) => ({
      type: "public",
      uri: `${name}.datacrew.space`,
    }));
  },
  "wildcard application": (it) => {
    it.application.name = "Everything";
    it.application.domain = "*.datacrew.space";
    delete it.rule.originRequest?.access;
  },
  "another name": (it) => {
    it.application.name = "Image studio";
  },
  "policies inside the application": (it) => {
    it.people.reusable = false;
    it.admit(byToken);
    it.file.policies.at(-1)!.reusable = false;
  },
  "shared policy": (it) => {
    it.admit(byToken);
    it.file.applications.find(({ name }) => name === "Grafana")!.policies = [
      PEOPLE,
    ];
  },
  "every setting": (it) => {
    it.admit(byToken);
    Object.assign(it.application, {
      options_preflight_bypass: true,
      read_service_tokens_from_header: "Authorization",
      service_auth_401_redirect: true,
      same_site_cookie_attribute: "none",
      http_only_cookie_attribute: false,
      custom_deny_url: "https://www.datacrew.space/denied",
      session_duration: "6h",
      app_launcher_visible: false,
    });
  },
  "CORS headers": (it) => {
    it.application.cors_headers = {
      allow_credentials: true,
      allowed_methods: ["GET", "POST"],
      allowed_origins: ["https://studio.datacrew.space"],
      max_age: 600,
    };
  },
  "rule with settings behind others": (it) => {
    Object.assign(it.rule, { service: "https://caddy:443" });
    Object.assign(it.rule.originRequest!, {
      noTLSVerify: true,
      originServerName: "comfyui.internal",
    });
    const { rules } = it;
    rules.unshift(
      { hostname: "*.datacrew.space", path: "^/status$", service: "http://up" },
      { hostname: HOST, path: "view", service: "http://previews:8000" },
    );
  },
  "unproxied A record": (it) =>
    void Object.assign(it.record, {
      type: "A",
      content: "203.0.113.10",
      proxied: false,
    }),
  "proxied A record": (it) =>
    void Object.assign(it.record, { type: "A", content: "203.0.113.10" }),
  "record of another tunnel": (it) => {
    it.record.content = "ffffffff-5e21-4c3b-9a70-da7ac2e57a11.cfargotunnel.com";
  },
  "another Google client": (it) => {
    it.google.config.client_id =
      "200000000002-other.apps.googleusercontent.com";
  },
  "two of one name": (it) =>
    void it.file.identity_providers.push({
      ...it.google,
      id: GOOGLE.replace(/3$/, "7"),
      config: { client_id: "200000000002-other.apps.googleusercontent.com" },
    }),
  "tunnel configured on its host": (it) => {
    it.file.tunnels[0]!.config_src = "local";
    it.file.tunnels[0]!.configuration!.source = "local";
  },
} satisfies Record<string, Change>;

export type CaseName = keyof typeof CASES;
export const CASE_NAMES = Object.keys(CASES) as CaseName[];

/** The file of one account, which may have several things done differently. */
export function fileByHand(...names: readonly CaseName[]): AccountFileInput {
  const byHand = new ByHand();
  for (const name of names) {
    const change: Change = CASES[name];
    change(byHand);
  }
  return byHand.file;
}

/** The account itself, in memory. */
export function accountByHand(...names: readonly CaseName[]): Account {
  return buildAccount(parseAccountFile(fileByHand(...names), names.join(", ")));
}

/**
 * The account of the guide with something else done differently.
 *
 * @param hostname takes the place of ComfyUI's
 */
export function accountWith(
  change: (it: ByHand) => void,
  hostname = HOST,
): Account {
  const byHand = new ByHand();
  change(byHand);
  const text = JSON.stringify(byHand.file).replaceAll(HOST, hostname);
  return buildAccount(parseAccountFile(JSON.parse(text), "changed by hand"));
}
