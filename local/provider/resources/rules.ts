import { SINCE } from "../../../base/provider-versions";
import { below, optional, optionalObject, type Newer } from "../newer";

/** The lists of rules that policies and groups have. */
export const RULES = ["include", "require", "exclude"] as const;

/** Selectors that Cloudflare spells otherwise than Terraform. */
export const RULE_NAMES = {
  azure_ad: "azureAD",
  github_organization: "github-organization",
} as const;

const SELECTORS: Newer = {
  user_risk_score: {
    since: SINCE.userRiskScore,
    attribute: optionalObject({
      user_risk_score: { required: true, type: ["list", "string"] },
    }),
  },
  cloudflare_account_member: {
    since: SINCE.accountMember,
    attribute: optionalObject({ account_id: optional("string") }),
  },
};

/** Selectors of later versions, in lists of rules. */
export function newerRules(lists: readonly string[] = RULES): Newer {
  return Object.assign({}, ...lists.map((list) => below(list, SELECTORS)));
}

/** What a session of RDP may copy, which applications and policies spell alike. */
export const CLIPBOARD: Newer[string] = {
  since: SINCE.clipboardRules,
  attribute: optionalObject({
    allowed_clipboard_local_to_remote_formats: optional(["list", "string"]),
    allowed_clipboard_remote_to_local_formats: optional(["list", "string"]),
  }),
};
