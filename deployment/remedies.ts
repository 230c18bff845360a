import { API_TOKENS, ZERO_TRUST } from "../base/dashboard";
import { PAGE_INSTEAD } from "../base/page-instead";
import { inTheWordsOf, terraformBinary } from "../base/terraform-binary";
import { GOOGLE_REMEDIES } from "./google-remedies";
import { REPLACE_RECORD } from "../dns/replace-record";
import type { KnownFailure, Remedy } from "./remedy";
import { stateRemedyFor } from "./state-remedies";

/** In this order: the first that matches what was printed is the one shown. */
const REMEDIES: readonly KnownFailure[] = [
  ...GOOGLE_REMEDIES,
  {
    when: /access\.api\.error\.not_enabled|"code":\s*9999\b/,
    passing: false,
    remedy: `Zero Trust was never switched on for this account. Open ${ZERO_TRUST}, choose a team name and a plan, then deploy again.`,
  },
  {
    when: /"code":\s*11010\b|application_already_exists/,
    passing: false,
    remedy:
      "An application for this host already exists. Keep it: deleting it makes the host public until a deploy has finished. Run npm run adopt -- SERVICE: it shows how it is taken over, and what to write into main.ts.",
  },
  {
    when: /"code":\s*8105[3478]\b/,
    passing: false,
    remedy: `A DNS record of this name already exists. If it is right, leave it to the service's stack, which uses it as it is: deploy again. Otherwise give the service another hostname; or, if nothing else needs the name, ${REPLACE_RECORD}.`,
  },
  {
    when: /"code":\s*12130\b[^}]*does not belong to zone/,
    passing: false,
    remedy:
      "The zone is not active in this account: check its overview in the dashboard.",
  },
  {
    when: /DELETE\s[^]*\/access\/groups\/[^]*409 Conflict/,
    passing: false,
    remedy:
      "A policy still names this group. Add it back to the groups of the identity stack, remove it from every service's allowedGroups and deploy; then remove it from the groups and deploy again.",
  },
  {
    when: /DELETE\s[^]*"code":\s*(12132|12139)\b/,
    passing: false,
    remedy:
      "Something still uses this object. If an interrupted run made it, npm run adopt -- SERVICE finds it: then destroy again. Otherwise remove it from the applications and policies that refer to it. A policy that excludes or requires it would then admit more people: write another rule there first.",
  },
  {
    // Terraform keeps it in the state, and finds out at the next look.
    when: /DELETE\s[^]*404 Not Found/,
    passing: true,
    remedy:
      "Cloudflare finds nothing there to delete: an earlier answer got lost, or somebody deleted it. Run the same command again: it looks anew, and continues.",
  },
  {
    when: /400 Bad Request[^]*policy [0-9a-f-]+ not found/,
    passing: true,
    remedy: "A new policy has not propagated at Cloudflare yet. Deploy again.",
  },
  {
    when: /"code":\s*(6003|6111|1000|1001)\b/,
    passing: false,
    remedy: `Cloudflare does not accept this API token. Set CLOUDFLARE_API_TOKEN to a valid one (${API_TOKENS}).`,
  },
  {
    when: /429 Too Many Requests/,
    passing: true,
    remedy:
      "Cloudflare's rate limit is reached (1,200 requests in 5 minutes). Wait five minutes and deploy again.",
  },
  {
    when: /403 Forbidden[\s│]*<|invalid\s+character\s+'<'\s+looking/,
    passing: true,
    remedy: `${PAGE_INSTEAD}. Run the same command again; if it stays so, try from another network.`,
  },
  {
    when: /403 Forbidden|"code":\s*(10000|9109)\b/,
    // Access also answers 403 where it means "too many requests".
    passing: true,
    remedy:
      "The API token lacks a permission. It needs, on the account: Access: Apps and Policies Edit, Access: Organizations, Identity Providers, and Groups Edit, Access: Service Tokens Edit, Cloudflare Tunnel Edit; on the zone: Zone Read, DNS Edit.",
  },
  {
    when: /^Error: \S+ was ended by SIG/m,
    passing: false,
    remedy:
      "Terraform was killed, by a person or because memory ran out. Run the same command again: it continues.",
  },
  {
    when: /Plugin did not respond|plugin process exited|GRPCProvider\)\S* request was cancelled/i,
    passing: true,
    remedy:
      "A provider of Terraform's ended early: it was killed, or memory ran out. Run the same command again: it continues.",
  },
  {
    when: /failed to make http request[^]*(5\d\d [A-Z]|EOF|connection re|timeout)/,
    passing: true,
    remedy:
      "Cloudflare's API returned an error. Deploy again; if that fails because something already exists, run: npm run adopt -- SERVICE.",
  },
  {
    when: /provider\s+cloudflare\/cloudflare:[^]*(no\s+available\s+releases\s+match|no\s+longer\s+available)/,
    passing: false,
    remedy:
      "Cloudflare's provider is not to be had in that version where Terraform looks for it: name another in CLOUDFLARE_PROVIDER_VERSION, or add it to the mirror in your Terraform CLI config.",
  },
  {
    when: /access-stacks\.local[^]*(not available|not found in any of the search locations|Failed to query available provider packages)/,
    passing: false,
    remedy:
      'Your Terraform CLI config has a provider_installation block, which hides the stack\'s own folder. Add to it: filesystem_mirror { path = "terraform.d/plugins" include = ["access-stacks.local/*/*"] } and exclude = ["access-stacks.local/*/*"] to its other methods.',
  },
];

/** Terraform is to get a provider that only a state of OpenTofu's names. */
const OF_OPENTOFU =
  /registry\.opentofu\.org\/[^]*(not found in any of the\s+search locations|Failed to query available provider packages)|(Failed to query available provider packages)[^]*registry\.opentofu\.org\//;

/** Finds what to do about a failure in what was printed about it. */
export function remedyFor(
  output: string,
  binary = terraformBinary(),
): Remedy | undefined {
  if (binary.product === "Terraform" && OF_OPENTOFU.test(output))
    return {
      passing: false,
      remedy: `OpenTofu wrote this state. Tell ${binary.command} once, for each stack: ${binary.command} -chdir=cdktf.out/stacks/STACK state replace-provider registry.opentofu.org/cloudflare/cloudflare registry.terraform.io/cloudflare/cloudflare (docs/state.md)`,
    };
  const found =
    stateRemedyFor(output) ?? REMEDIES.find(({ when }) => when.test(output));
  return found && { ...found, remedy: inTheWordsOf(binary, found.remedy) };
}

/** The lines of Terraform's errors, without the frame it draws around them. */
export function errorsIn(output: string): string {
  const lines = output.split("\n").map((line) => line.replace(/^[╷│╵]\s?/, ""));
  const first = lines.findIndex((line) => /^\s*Error: /.test(line));
  return (first === -1 ? lines.slice(-20) : lines.slice(first))
    .join("\n")
    .replace(PLACE, "")
    .replace(INIT_ADVICE, "")
    .replace(
      OTHER_PLAN,
      "Error: What the account has for $1 has changed since the plan; nothing of it was written\n\nRun the same command again: it plans anew.\n",
    )
    .replace(/\n{3,}/g, "\n\n")
    .trim();
}

/** Where Terraform read it: in a file that every run writes anew. */
const PLACE = /\n +on \S*cdk\.tf\.json line \d+.*(\n +\d+:.*)?/g;

/**
 * Terraform plans each resource once more in an apply, and blames the provider,
 * once for each attribute, where that has found something else.
 */
const OTHER_PLAN =
  /Error: Provider produced inconsistent final plan\s+When\s+expanding\s+the\s+plan\s+for\s+(tunnel_\S+)\s(?:(?!Error: )[^])*(?:Error: Provider produced inconsistent final plan\s+When\s+expanding\s+the\s+plan\s+for\s+\1\s(?:(?!Error: )[^])*)*/g;

/** With the second of these, all that is deployed would be made once more. */
const INIT_ADVICE =
  /\n *If you wish to attempt automatic migration[^]*?-reconfigure"\./g;
