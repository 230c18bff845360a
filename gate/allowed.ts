import { HARMLESS, LOOKUP, PROVIDERS } from "../review/unread";
import { KINDS } from "../review/resources";
import { runsIn } from "./runs";
import { twoFaced } from "./two-faced";
import { sameBackend } from "./same-backend";

/** What is compared with the configuration of somebody who is not trusted. */
export interface Trusted {
  /** The account that plans are about: 32 hexadecimal digits. */
  readonly accountId: string;
  /** Where the state of this stack is: Terraform's `backend` block. */
  readonly backend: unknown;
  /** Whether it is known which package a version of a provider is. */
  readonly isKnown: (name: string, version: string) => boolean;
}

type Block = Readonly<Record<string, unknown>>;

const BLOCKS: ReadonlySet<string> = new Set([
  ...["//", "terraform", "provider", "data", "resource"],
  ...["output", "variable", "locals", "removed", "moved"],
]);

const SOURCES: Readonly<Record<string, string>> = {
  cloudflare: "cloudflare/cloudflare",
  google: "hashicorp/google",
  tunnel: "access-stacks.local/access-stacks/tunnel",
};

/**
 * Why a configuration must not be given to Terraform beside a secret: with some
 * of what it has, Terraform runs code, reads this machine or asks somebody
 * else's server before anybody has seen a plan. Empty where it may be planned.
 *
 * @param code what `cdk.tf.json` holds; it may be anything
 */
export function forbiddenIn(code: unknown, trusted: Trusted): string[] {
  if (!isBlock(code)) return ["it is no configuration of Terraform"];
  return [
    ...others(code, BLOCKS).map((name) => `${name}: this block is not allowed`),
    ...ofTerraform(code.terraform, trusted),
    ...entries(code.provider).flatMap(([name, one]) => ofProvider(name, one)),
    ...entries(code.resource).flatMap(([type, named]) =>
      KINDS.has(type) || HARMLESS.has(type)
        ? entries(named).flatMap(([name, one]) =>
            ofResource(`resource.${type}.${name}`, one, trusted),
          )
        : [`resource.${type}: resources of this type are not allowed`],
    ),
    ...entries(code.data).flatMap(([type, named]) =>
      LOOKUP.test(type)
        ? entries(named).flatMap(([name, one]) =>
            ofResource(`data.${type}.${name}`, one, trusted),
          )
        : [`data.${type}: data sources of this type are not allowed`],
    ),
    ...twoFaced(code),
    ...runsIn(code).map(
      ({ at, calls }) =>
        `${at}: ${calls === undefined ? "not allowed" : `the function ${calls} is not allowed`}`,
    ),
  ];
}

function ofTerraform(block: unknown, trusted: Trusted): string[] {
  if (!isBlock(block)) return ["terraform: there is no such block"];
  const { backend, required_providers: required } = block;
  return [
    ...others(block, TERRAFORM).map(
      (name) => `terraform.${name}: this is not allowed`,
    ),
    ...(sameBackend(backend, trusted.backend)
      ? []
      : ["terraform.backend: it is not the one that the settings name"]),
    ...(isBlock(required)
      ? Object.entries(required).flatMap(([name, one]) =>
          ofRequired(name, one, trusted),
        )
      : ["terraform.required_providers: there is no such block"]),
  ];
}

const TERRAFORM: ReadonlySet<string> = new Set([
  "backend",
  "required_providers",
]);

function ofRequired(name: string, one: unknown, trusted: Trusted): string[] {
  const at = `terraform.required_providers.${name}`;
  const { source, version, ...rest } = isBlock(one) ? one : {};
  const known = Object.hasOwn(SOURCES, name) && source === SOURCES[name];
  if (!known || Object.keys(rest).length > 0)
    return [`${at}: this provider is not allowed`];
  // Ours is brought by whoever plans.
  if (name === "tunnel") return [];
  const exact = typeof version === "string" && /^\d+(\.\d+){2}$/.test(version);
  if (!exact) return [`${at}.version: it is not one exact version`];
  return trusted.isKnown(name, version)
    ? []
    : [
        `${at}.version: providers.lock.hcl of the default branch has no hashes of ${version}: run "npm run lock" and merge that first`,
      ];
}

function ofProvider(name: string, blocks: unknown): string[] {
  const address = SOURCES[name]?.replace(/^access-stacks\.local\//, "");
  const settings = address && PROVIDERS.get(address);
  if (!settings) return [`provider.${name}: this provider is not allowed`];
  const all = Array.isArray(blocks) ? (blocks as unknown[]) : [blocks];
  return all.flatMap((one) =>
    isBlock(one)
      ? others(one, settings)
          .filter((setting) => setting !== "//")
          .map((setting) => `provider.${name}.${setting}: not allowed`)
      : [`provider.${name}: it is no block`],
  );
}

function ofResource(at: string, one: unknown, trusted: Trusted): string[] {
  if (!isBlock(one)) return [`${at}: it is no single block`];
  const { account_id: account } = one;
  return [
    ...(Object.hasOwn(one, "provider")
      ? [`${at}.provider: another provider is not allowed`]
      : []),
    ...(account !== undefined && account !== trusted.accountId
      ? [`${at}.account_id: it is not the account that the settings name`]
      : []),
  ];
}

function others(block: Block, known: ReadonlySet<string>): string[] {
  return Object.keys(block).filter((name) => !known.has(name));
}

function entries(value: unknown): [string, unknown][] {
  if (value === undefined) return [];
  return isBlock(value)
    ? Object.entries(value).filter(([name]) => name !== "//")
    : [["?", value]];
}

function isBlock(value: unknown): value is Block {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
