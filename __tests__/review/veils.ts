import type { Code } from "./code";
import type { Dice } from "./dice";
import { Sensitive } from "./terraform";

/** Resources that are none of what a review understands. */
const FOREIGN = [
  ...["terraform_data", "null_resource", "cloudflare_load_balancer"],
  ...["cloudflare_spectrum_application", "cloudflare_custom_hostname"],
  ...["cloudflare_workers_route", "cloudflare_pages_domain"],
  ...["cloudflare_snippets", "cloudflare_ruleset", "cloudflare_page_rule"],
  ...["cloudflare_account_member", "cloudflare_api_token"],
  ...["cloudflare_zero_trust_list", "cloudflare_zero_trust_organization"],
  "cloudflare_zero_trust_tunnel_cloudflared_config",
  "cloudflare_zero_trust_tunnel_cloudflared_route",
];

/** Attributes that decide who reaches what, and parts of them. */
const DECIDING: Readonly<Record<string, readonly (readonly string[])[]>> = {
  cloudflare_zero_trust_access_application: [
    ...[["domain"], ["destinations"], ["policies"], ["allowed_idps"]],
    ...[["self_hosted_domains"], ["options_preflight_bypass"], ["type"]],
    ...[
      ["policies", "0", "id"],
      ["destinations", "0", "uri"],
    ],
  ],
  cloudflare_zero_trust_access_policy: [
    ...[["decision"], ["include"], ["require"], ["exclude"]],
    ["include", "0"],
  ],
  cloudflare_zero_trust_access_group: [["include"], ["require"], ["exclude"]],
  tunnel_route: [
    ...[["service"], ["origin_request"], ["origin_request", "access"]],
    ["origin_request", "access", "required"],
  ],
  cloudflare_dns_record: [["content"], ["proxied"], ["type"], ["name"]],
};

/** The code with something in it that nobody can read before a deploy. */
export function veiled(
  dice: Dice,
  code: Code,
): { readonly code: Code; readonly unread: readonly string[] } {
  const foreign = dice.oneOf(FOREIGN);
  const withForeign = { ...code, [foreign]: { other: { name: "other" } } };
  const places = Object.entries(DECIDING).flatMap(([type, paths]) =>
    Object.keys(code[type] ?? {}).flatMap((name) =>
      paths.map((path) => ({ type, name, path })),
    ),
  );
  if (places.length === 0 || dice.maybe(30))
    return { code: withForeign, unread: [`${foreign}.other`] };
  const { name, path, type } = dice.oneOf(places);
  const values = code[type]![name]!;
  const veil = dice.maybe(50)
    ? () => "${terraform_data.later.output}"
    : (value: unknown) => new Sensitive(value ?? "sensitive");
  return {
    code: {
      ...code,
      [type]: { ...code[type], [name]: withVeil(values, path, veil) },
    },
    unread: [`${type}.${name}`],
  };
}

/** A value of which one part, or the next above it that it has, is behind a veil. */
function withVeil(
  value: Readonly<Record<string, unknown>>,
  path: readonly string[],
  veil: (value: unknown) => unknown,
): Record<string, unknown> {
  const at = (part: unknown, [key, ...rest]: readonly string[]): unknown => {
    if (key === undefined) return veil(part);
    if (Array.isArray(part) && Number(key) in part)
      return part.map((one: unknown, index) =>
        index === Number(key) ? at(one, rest) : one,
      );
    if (typeof part !== "object" || part === null || !(key in part))
      return veil(part);
    return { ...part, [key]: at(Reflect.get(part, key), rest) };
  };
  const [first = "", ...rest] = path;
  return { ...value, [first]: at(value[first], rest) };
}
