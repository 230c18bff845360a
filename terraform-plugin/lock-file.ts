import { createHash } from "node:crypto";
import { parseAddress } from "./address";

/** One provider of a `.terraform.lock.hcl`. */
export interface LockedProvider {
  /** Full source address. */
  readonly address: string;
  readonly version: string;
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
 * exact version get an entry, and keep the hashes that an earlier file of the
 * same version has.
 *
 * @see https://developer.hashicorp.com/terraform/language/files/dependency-lock
 */
export function lockFile(
  own: LockedProvider,
  required: RequiredProviders,
  earlier: readonly LockedProvider[],
): string {
  const others = Object.entries(required).flatMap(([name, provider]) => {
    const version = exactVersion(provider.version);
    const { address } = parseAddress(provider.source ?? `hashicorp/${name}`);
    if (version === undefined || address === own.address) return [];
    const same = earlier.find(
      (locked) => locked.address === address && locked.version === version,
    );
    return [{ address, version, hashes: same?.hashes ?? [] }];
  });
  return [own, ...others]
    .sort((a, b) => (a.address < b.address ? -1 : 1))
    .map(block)
    .join("\n");
}

function block({ address, version, hashes }: LockedProvider): string {
  const lines = [
    `provider "${address}" {`,
    `  version     = "${version}"`,
    `  constraints = "${version}"`,
    ...(hashes.length > 0
      ? ["  hashes = [", ...hashes.map((hash) => `    "${hash}",`), "  ]"]
      : []),
    "}",
    "",
  ];
  return lines.join("\n");
}

function exactVersion(constraint = ""): string | undefined {
  return /^\s*=?\s*(\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+)?)\s*$/.exec(
    constraint,
  )?.[1];
}

/** Reads the providers of a lock file that Terraform or `lockFile` has written. */
export function parseLockFile(text: string): LockedProvider[] {
  return [...text.matchAll(/^provider "([^"]+)" \{\n(.*?)^\}/gms)].flatMap(
    ([, address = "", body = ""]) => {
      const version = /^\s*version\s*=\s*"([^"]+)"/m.exec(body)?.[1];
      const hashes = [...body.matchAll(/"((?:h1|zh):[^"]+)"/g)];
      return version
        ? [{ address, version, hashes: hashes.map(([, hash = ""]) => hash) }]
        : [];
    },
  );
}

/** Terraform's hash of a provider package, from its files by name. */
export function packageHash(files: {
  readonly [name: string]: string;
}): string {
  const sums = Object.keys(files)
    .sort()
    .map((name) => {
      const sum = createHash("sha256").update(files[name] ?? "");
      return `${sum.digest("hex")}  ${name}\n`;
    });
  const sum = createHash("sha256").update(sums.join(""));
  return `h1:${sum.digest("base64")}`;
}
