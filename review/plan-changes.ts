import type { Kinds } from "./change";
import { actionOf, type ResourceJson } from "./plan-json";
import { differing, isMarked, meant } from "./plan-values";
import { isObject } from "./references";
import { notJudged, type Kind } from "./resources";

/** Names of the attributes that a plan changes, one level down for a login method. */
export function changedIn(one: ResourceJson, kind: keyof Kinds): string[] {
  const { after, after_unknown: unknown, before } = one.change;
  const names = differing(before, after, unknown);
  if (kind !== "login_method") return names;
  return names.flatMap((name) =>
    name === "config"
      ? differing(configOf(before), configOf(after), configOf(unknown))
          .filter((key) => !isFilledIn(one, key))
          .map((key) => `config.${key}`)
      : [name],
  );
}

interface Reading {
  readonly kind: Kind;
  /** Attributes of which nobody can tell the value. */
  readonly unknown: readonly string[];
  /** The expressions of the configuration. @default - it is not in the plan */
  readonly written: Readonly<Record<string, unknown>> | undefined;
}

/** Types of which people are shown much, on login pages and in logs. */
const SHOWN: ReadonlySet<string> = new Set([
  "cloudflare_dns_record",
  ...[
    ...["application", "group", "identity_provider", "policy"],
    "service_token",
  ].map((type) => `cloudflare_zero_trust_access_${type}`),
]);

/** What of a changed resource can't be judged, each in a few words. */
export function doubtsIn(
  one: ResourceJson,
  { kind, unknown, written }: Reading,
): string[] {
  const { change } = one;
  const open = isObject(change.after_unknown) ? change.after_unknown : {};
  // Left to Cloudflare, an attribute says nothing that the code chose.
  const isLeftOut = (name: string) =>
    open[name] === true && written !== undefined && !(name in written);
  const bearing =
    kind.name === "login_method"
      ? [...unknown.filter((name) => name !== "config"), ...hiddenConfig(one)]
      : unknown;
  const hidden = [...new Set(bearing)].filter(
    (name) =>
      kind.decides.has(name.replace(/\..*/, "")) &&
      !isLeftOut(name.replace(/\..*/, "")),
  );
  const veiled = [...new Set(unknown)].filter(
    (name) =>
      SHOWN.has(one.type) &&
      kind.harmless.has(name) &&
      !OF_ITSELF.has(name) &&
      !isLeftOut(name),
  );
  const others = differing(change.before, change.after, open).filter(
    (name) =>
      !kind.decides.has(name) && !kind.harmless.has(name) && !isLeftOut(name),
  );
  const values = change.after ?? change.before;
  return [
    ...(hasId(one)
      ? []
      : ["its id is hidden, so it is not known which one it is"]),
    ...(hidden.length > 0
      ? [
          `${hidden.join(", ")}: sensitive, or not known before the deploy, and it decides who reaches what`,
        ]
      : []),
    ...(veiled.length > 0 && written !== undefined
      ? [
          `${veiled.join(", ")}: sensitive, or not known before the deploy: it can weaken a login, or show a secret`,
        ]
      : []),
    ...(others.length > 0 && actionOf(one) !== "delete"
      ? [`${others.join(", ")}: not read`]
      : []),
    ...(isObject(values) ? notJudged(kind.name, values) : []),
    ...(isWrittenTwice(written?.["policies"])
      ? [
          "policies: one is given both by id and inline, so what it says may not be true",
        ]
      : []),
  ];
}

/** Whether a policy has an id and says something of its own, too. */
function isWrittenTwice(policies: unknown): boolean {
  const list = isObject(policies) ? policies["constant_value"] : undefined;
  return (
    Array.isArray(list) &&
    list.some(
      (one: unknown) =>
        isObject(one) &&
        meant(one["id"]) !== undefined &&
        ["decision", "include", "require", "exclude"].some(
          (name) => meant(one[name]) !== undefined,
        ),
    )
  );
}

/** The account is told by ids what becomes of which object. */
function hasId({ change }: ResourceJson): boolean {
  if (!isObject(change.before)) return true;
  const marks = change.before_sensitive;
  return (
    typeof change.before["id"] === "string" &&
    marks !== true &&
    !(isObject(marks) && marks["id"] === true)
  );
}

/** What a login method's configuration hides, but for what is a secret by its nature. */
function hiddenConfig(one: ResourceJson): string[] {
  const { change } = one;
  const [config, unknown, secret] = [
    change.after,
    change.after_unknown,
    change.after_sensitive,
  ].map(configOf);
  if (unknown === true || (secret === true && config)) return ["config"];
  const isHidden = (name: string) =>
    (isObject(unknown) && isMarked(unknown[name]) && !isFilledIn(one, name)) ||
    (isObject(secret) &&
      isMarked(secret[name]) &&
      isObject(config) &&
      meant(config[name]) !== undefined);
  return Object.keys({
    ...(isObject(config) && config),
    ...(isObject(unknown) && unknown),
  })
    .filter((name) => !OF_ITSELF.has(name) && isHidden(name))
    .map((name) => `config.${name}`);
}

/**
 * Whether Cloudflare fills in this key of `config`, which says nothing of this
 * login method: providers from 5.20 on leave both to it for every type. The
 * encryption of SAML's assertions decides nobody's way in.
 */
function isFilledIn({ change }: ResourceJson, name: string): boolean {
  const unknown = configOf(change.after_unknown);
  if (!isObject(unknown) || unknown[name] !== true) return false;
  const type = isObject(change.after) ? change.after["type"] : undefined;
  return (
    name === "enable_encryption" ||
    (name === "restrict_to_account_members" &&
      typeof type === "string" &&
      type !== "cloudflare")
  );
}

/** A secret, and what Cloudflare answers. */
const OF_ITSELF: ReadonlySet<string> = new Set([
  "client_secret",
  "redirect_url",
]);

function configOf(values: unknown): unknown {
  return isObject(values) ? values["config"] : values;
}
