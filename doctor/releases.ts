/** What is known of the programs that are used, on the day of `AS_OF`. */
export const AS_OF = "2026-11-28";

/** A program that plans and applies. */
export interface ProgramReleases {
  /** The versions that this project was tried with. */
  readonly tried: readonly string[];
  /** Which minor versions get fixes: the last day where it is known, else undefined. */
  readonly maintained: Readonly<Record<string, string | undefined>>;
  /** Who says so, and how a version ends. */
  readonly rule: string;
}

export const PROGRAMS: Readonly<
  Record<"Terraform" | "OpenTofu", ProgramReleases>
> = {
  /** @see https://support.hashicorp.com/hc/en-us/articles/360021185113 */
  Terraform: {
    tried: ["1.11.4", "1.15.9"],
    maintained: { "1.15": undefined, "1.16": undefined, "1.17": undefined },
    rule: "HashiCorp fixes the newest minor version and the two before it",
  },
  /** @see https://github.com/opentofu/opentofu/blob/v1.12/CHANGELOG.md */
  OpenTofu: {
    tried: ["1.12.6"],
    maintained: { "1.12": "2027-02-01", "1.13": "2027-08-01" },
    rule: "OpenTofu's changelog says until when each minor version is fixed",
  },
};

/** Versions of Cloudflare's provider that this project was tried with. */
export const TRIED_PROVIDERS: readonly string[] = ["5.14.0", "5.22.0"];

/** The newest version of cloudflared whose source was followed here. */
export const CLOUDFLARED_READ = "2026.8.2";
