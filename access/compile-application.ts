import type { Fact, Session } from "./decision";
import { goDuration } from "../base/duration";
import { yesNoFact, type Test } from "./inquiry";
import type {
  AccessAccount,
  Application,
  Policy,
  PolicyDecision,
} from "./model";
import { byId, RuleCompiler } from "./rules";
import { quoted } from "../base/quoted";

/** A policy, ready to be asked. */
export interface CompiledPolicy {
  readonly policy: Policy;
  readonly decision: PolicyDecision;
  /** Name for reasons. */
  readonly label: string;
  readonly matches: Test;
  /** Whether someone has agreed to the access, where the policy asks for it. */
  readonly approved: Test | undefined;
  readonly session: Session | undefined;
}

/** An application with its policies in the order in which Access looks at them. */
export interface CompiledApplication {
  readonly application: Application;
  /** Name for reasons. */
  readonly label: string;
  /** Bypass and Service Auth policies, which come first. */
  readonly beforeLogin: readonly CompiledPolicy[];
  /** Allow and Block policies. */
  readonly afterLogin: readonly CompiledPolicy[];
  /** Policies of which nothing is known: every decision hangs on them. */
  readonly missing: readonly Fact[];
  readonly hasAllow: boolean;
  readonly hasServiceAuth: boolean;
  /** A login could get someone in, or at least past the login page. */
  readonly hasLogin: boolean;
  /** Ids of the login methods that count; undefined where all do. */
  readonly allowedIdps: ReadonlySet<string> | undefined;
  /** Whether a login by another method counts, where WARP may bring one. */
  readonly viaWarp: Test | undefined;
  /** Ids of the login methods on offer. */
  readonly offeredIdps: readonly string[];
  readonly direct: boolean;
  readonly answersPreflights: boolean;
}

/** @see https://developers.cloudflare.com/cloudflare-one/team-and-resources/devices/cloudflare-one-client/configure/client-sessions/ */
const WARP_SESSION = yesNoFact({
  id: "warp_session",
  text: "whether their device has a session of WARP",
});

const DEFAULT_SESSION: Session = { seconds: 86_400, from: "default" };

/**
 * Puts an application's policies in order: Bypass and Service Auth first, then
 * Block and Allow, each by precedence.
 *
 * @see https://developers.cloudflare.com/cloudflare-one/access-controls/policies/#cloudflare-access-policy-order-of-execution
 */
export function compileApplication(
  account: AccessAccount,
  application: Application,
): CompiledApplication {
  const label = quoted(
    application.name ?? application.domain ?? application.id ?? "?",
  );
  const rules = new RuleCompiler(account);
  const { policies, missing } = resolvePolicies(account, application);
  const compiled = policies.map((policy) =>
    compilePolicy(policy, application, rules),
  );
  const decides = (...decisions: PolicyDecision[]) =>
    compiled.filter(({ decision }) => decisions.includes(decision));
  const afterLogin = decides("allow", "deny");
  const allowed = application.allowed_idps?.length
    ? application.allowed_idps
    : undefined;
  const offered = allowed ?? [...byId(account.identity_providers).keys()];
  return {
    application,
    label,
    beforeLogin: decides("bypass", "non_identity"),
    afterLogin,
    missing,
    hasAllow: decides("allow").length > 0,
    hasServiceAuth: decides("non_identity").length > 0,
    // An application without any policy shows the login page and then rejects everybody.
    hasLogin: afterLogin.length > 0 || compiled.length === 0,
    allowedIdps: allowed && new Set(allowed),
    viaWarp:
      application.allow_authenticate_via_warp === true
        ? WARP_SESSION
        : undefined,
    offeredIdps: offered,
    direct:
      offered.length === 1 &&
      (application.auto_redirect_to_identity === true ||
        account.organization?.auto_redirect_to_identity === true),
    answersPreflights: Object.values(application.cors_headers ?? {}).some(
      (setting) =>
        Array.isArray(setting) ? setting.length > 0 : Boolean(setting),
    ),
  };
}

interface ResolvedPolicy {
  readonly policy: Policy;
  readonly decision: PolicyDecision;
  readonly precedence: number | undefined;
}

/** Looks up policies given by id and sorts all by precedence. */
function resolvePolicies(account: AccessAccount, application: Application) {
  let reusable: ReadonlyMap<string, Policy> | undefined;
  const policies: ResolvedPolicy[] = [];
  const missing: Fact[] = [];
  for (const given of application.policies ?? []) {
    const stated: Policy = typeof given === "string" ? { id: given } : given;
    const policy = stated.decision
      ? stated
      : (reusable ??= byId(account.policies)).get(stated.id ?? "");
    const decision = policy?.decision;
    if (policy !== undefined && isDecision(decision)) {
      const precedence = stated.precedence ?? policy.precedence ?? undefined;
      policies.push({ policy, decision, precedence });
    } else {
      const name = stated.name ?? stated.id ?? "without an id";
      missing.push({ id: `policy:${name}`, text: `policy ${name}` });
    }
  }
  if (policies.every(({ precedence }) => precedence !== undefined)) {
    policies.sort((a, b) => (a.precedence ?? 0) - (b.precedence ?? 0));
  }
  return { policies, missing };
}

function compilePolicy(
  { policy, decision }: ResolvedPolicy,
  application: Application,
  rules: RuleCompiler,
): CompiledPolicy {
  const label = quoted(policy.name ?? policy.id ?? "?");
  return {
    policy,
    decision,
    label,
    matches: rules.ruleSet(policy, `policy ${label}`),
    approved:
      policy.approval_required === true
        ? yesNoFact({
            id: `approval:${policy.id ?? policy.name ?? "?"}`,
            text: `the approval that policy ${label} asks for`,
          })
        : undefined,
    session: sessionOf(policy, application),
  };
}

/** The policy's session duration wins over the application's; undefined where it is no duration. */
function sessionOf(
  policy: Policy,
  application: Application,
): Session | undefined {
  const stated = policy.session_duration || application.session_duration;
  if (!stated) return DEFAULT_SESSION;
  const length = goDuration(stated);
  const from = policy.session_duration ? "policy" : "application";
  return length === undefined ? undefined : { seconds: length / 1000, from };
}

function isDecision(
  decision: string | null | undefined,
): decision is PolicyDecision {
  return (
    decision === "allow" ||
    decision === "deny" ||
    decision === "non_identity" ||
    decision === "bypass"
  );
}
