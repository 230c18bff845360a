import { createHash } from "node:crypto";
import { TERRAFORM_REGISTRY } from "../base/terraform-binary";
import { parseAddress } from "./address";

/** One provider of a `.terraform.lock.hcl`. */
export interface LockedProvider {
  /** Full source address. */
  readonly address: string;
  readonly version: string;
  /** @default - exactly this version */
  readonly constraints?: string;
  /** As `packageHash` makes them; Terraform fills an empty list itself. */
  readonly hashes: readonly string[];
}

/** What `required_providers` of a synthesized stack says, by local name. */
export interface RequiredProviders {
  readonly [name: string]: {
    readonly source?: string;
    readonly version?: string;
  };
}

/**
 * Writes a dependency lock file. cdktf asks the registry for one unless the
 * stack has a lock file that holds every required provider; so those with an
 * exact version get an entry. cdktf looks for Terraform's address of them
 * whatever the program is, so that OpenTofu's lock file has both. What an earlier file has stays, but for entries
 * of another version, of what the stack no longer requires, and for those that
 * lack a hash that is known.
 *
 * @param required none: whatever the stack is, it uses our own
 * @param known hashes of packages that were looked up once and are kept
 * @param registry the host of addresses without one
 *
 * @see https://developer.hashicorp.com/terraform/language/files/dependency-lock
 */
export function lockFile(
  own: LockedProvider,
  required: RequiredProviders,
  earlier: readonly LockedProvider[],
  known: readonly LockedProvider[] = [],
  registry = TERRAFORM_REGISTRY,
): string {
  const needed = Object.entries(required).flatMap(
    ([name, { source = `hashicorp/${name}`, version }]) =>
      [...new Set([registry, TERRAFORM_REGISTRY])].map(
        (host) => [parseAddress(source, host).address, version] as const,
      ),
  );
  const needs = (address: string) =>
    needed.length === 0 || needed.some(([one]) => one === address);
  const locked = new Map(
    earlier
      .filter(({ address }) => needs(address))
      .map((entry) => [entry.address, entry]),
  );
  for (const [address, version] of needed) {
    const exact = exactVersion(version);
    if (exact === undefined) continue;
    const { hashes = [] } =
      known.find((one) => one.address === address && one.version === exact) ??
      {};
    const entry = locked.get(address);
    // Terraform adds the hash of what it has unpacked, where that is not known.
    const isKept =
      entry?.version === exact &&
      (hashes.length === 0 ||
        (!hashes.some((hash) => hash.startsWith("h1:")) &&
          hashes.every((hash) => entry.hashes.includes(hash))));
    if (!isKept) locked.set(address, { address, version: exact, hashes });
  }
  if (needs(own.address)) locked.set(own.address, own);
  return [...locked.values()]
    .sort((a, b) => (a.address < b.address ? -1 : 1))
    .map(block)
    .join("\n");
}

function block(entry: LockedProvider): string {
  const { address, version, constraints = version, hashes } = entry;
  const lines = [
    `provider "${address}" {`,
    `  version     = "${version}"`,
    `  constraints = "${constraints}"`,
    ...(hashes.length > 0
      ? ["  hashes = [", ...hashes.map((hash) => `    "${hash}",`), "  ]"]
      : []),
    "}",
    "",
  ];
  return lines.join("\n");
}

/** The version of a constraint that only one fulfills. */
export function exactVersion(constraint = ""): string | undefined {
  return /^\s*=?\s*(\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+)?)\s*$/.exec(
    constraint,
  )?.[1];
}

/** Reads the providers of a lock file that Terraform or `lockFile` has written. */
export function parseLockFile(text: string): LockedProvider[] {
  return [...text.matchAll(/^provider "([^"]+)" \{\n(.*?)^\}/gms)].flatMap(
    ([, address = "", body = ""]) => {
      const text = (name: string) =>
        new RegExp(`^\\s*${name}\\s*=\\s*"([^"]+)"`, "m").exec(body)?.[1];
      const version = text("version");
      const constraints = text("constraints");
      const hashes = [...body.matchAll(/"((?:h1|zh):[^"]+)"/g)];
      return version
        ? [
            {
              address,
              version,
              ...(constraints !== undefined && { constraints }),
              hashes: hashes.map(([, hash = ""]) => hash),
            },
          ]
        : [];
    },
  );
}

/** Terraform's hash of a provider package, from the SHA-256 of its files by name. */
export function packageHash(digests: {
  readonly [name: string]: string;
}): string {
  const sums = Object.keys(digests)
    .sort()
    .map((name) => `${digests[name]}  ${name}\n`);
  const sum = createHash("sha256").update(sums.join(""));
  return `h1:${sum.digest("base64")}`;
}
