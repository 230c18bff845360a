/** The lists of rules that policies and groups have. */
export const RULES = ["include", "require", "exclude"] as const;

/** Selectors that Cloudflare spells otherwise than Terraform. */
export const RULE_NAMES = {
  azure_ad: "azureAD",
  github_organization: "github-organization",
} as const;
