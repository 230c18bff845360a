import { compileApplication } from "./compile-application";
import { Inquiry } from "./inquiry";
import { publicDestinations } from "./match-application";
import { hostMatcher, parseUri, pathMatcher } from "./path-pattern";
import type {
  AccessAccount,
  Application,
  PolicyDecision,
  RuleSet,
} from "./model";
import type { AccessRequest } from "./request";
import { RuleCompiler } from "./rules";
import { NO, YES } from "./truth";

/** Whether something fits a request, or what it hangs on. */
export type Fit =
  | { readonly fits: "hit" }
  | { readonly fits: "missed"; readonly why?: string }
  | { readonly fits: "depends"; readonly on: string };

/** One policy of an application, as a request meets it. */
export type PolicyFit = Fit & About;

interface About {
  readonly name: string;
  readonly decision: PolicyDecision;
}

/** How each policy of an application fits a request, in the order in which Access looks at them. */
export function explainPolicies(
  account: AccessAccount,
  application: Application,
  request: AccessRequest,
): PolicyFit[] {
  const compiled = compileApplication(account, application);
  const counts =
    request.identity && compiled.allowedIdps?.has(request.identity.idp.id);
  const rules = new RuleCompiler(account);
  const fitOf = (
    { decision, matches, policy }: (typeof compiled.afterLogin)[number],
    afterLogin: boolean,
  ): PolicyFit => {
    const inquiry = new Inquiry(request);
    inquiry.acceptsServiceTokens = decision === "non_identity";
    if (afterLogin && counts !== false)
      inquiry.identity = request.identity ?? null;
    const found = matches(inquiry);
    const about = { name: policy.name ?? policy.id ?? "?", decision };
    // Allow and Block policies are looked at once somebody has logged in.
    if (afterLogin && counts === false)
      return miss(about, "the application does not accept this login method");
    if (afterLogin && inquiry.identity === null)
      return miss(about, "nobody has logged in");
    if (found === NO) return miss(about, whyMissed(policy, rules, inquiry));
    return found === YES
      ? { ...about, fits: "hit" }
      : { ...about, fits: "depends", on: inquiry.open?.fact.text ?? "?" };
  };
  return [
    ...compiled.beforeLogin.map((policy) => fitOf(policy, false)),
    ...compiled.afterLogin.map((policy) => fitOf(policy, true)),
    ...compiled.missing.map(({ text }) => ({
      name: text,
      decision: "allow" as const,
      fits: "depends" as const,
      on: "what it says, which is not known",
    })),
  ];
}

function miss(about: About, why: string): PolicyFit {
  return { ...about, fits: "missed", why };
}

/** Which of its lists keeps a policy from fitting. */
function whyMissed(
  { exclude, include, require }: RuleSet,
  rules: RuleCompiler,
  inquiry: Inquiry,
): string {
  const fails = (set: RuleSet) => rules.ruleSet(set, "policy")(inquiry) === NO;
  if (fails({ include })) return "none of its include rules fits";
  if (fails({ include, require })) return "not all of its require rules fit";
  return exclude?.length ? "one of its exclude rules fits" : "it does not fit";
}

/** Why an application does not cover a request; undefined where it could. */
export function whyNotCovered(
  application: Application,
  host: string,
  path: string,
): string | undefined {
  const uris = publicDestinations(application).map(({ uri }) =>
    parseUri(uri ?? ""),
  );
  const onHost = uris.filter((uri) => hostMatcher(uri.host)(host));
  if (onHost.length === 0) return "another host";
  return onHost.some((uri) => pathMatcher(uri.path)(path))
    ? undefined
    : "another path";
}
