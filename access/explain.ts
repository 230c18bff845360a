import { compileApplication } from "./compile-application";
import { Inquiry } from "./inquiry";
import { publicDestinations } from "./match-application";
import { hostMatcher, parseUri, pathMatcher } from "./path-pattern";
import type { AccessAccount, Application, PolicyDecision } from "./model";
import type { AccessRequest } from "./request";
import { NO, YES } from "./truth";

/** Whether something fits a request, or what it hangs on. */
export type Fit =
  | { readonly fits: "hit" | "missed" }
  | { readonly fits: "depends"; readonly on: string };

/** One policy of an application, as a request meets it. */
export type PolicyFit = Fit & {
  readonly name: string;
  readonly decision: PolicyDecision;
};

/** How each policy of an application fits a request, in the order in which Access looks at them. */
export function explainPolicies(
  account: AccessAccount,
  application: Application,
  request: AccessRequest,
): PolicyFit[] {
  const compiled = compileApplication(account, application);
  const counts =
    request.identity && compiled.allowedIdps?.has(request.identity.idp.id);
  const fitOf = (
    { decision, label, matches }: (typeof compiled.afterLogin)[number],
    afterLogin: boolean,
  ): PolicyFit => {
    const inquiry = new Inquiry(request);
    inquiry.acceptsServiceTokens = decision === "non_identity";
    if (afterLogin && counts !== false)
      inquiry.identity = request.identity ?? null;
    const found = matches(inquiry);
    const about = { name: label.slice(1, -1), decision };
    // Allow and Block policies are looked at once somebody has logged in.
    if (found === NO || (afterLogin && inquiry.identity === null))
      return { ...about, fits: "missed" };
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
