import type {
  AccessAccount,
  Application,
  Policy,
  Rule,
  RuleSet,
} from "../../access/model";
import type { AccessRequest } from "../../access/request";

/**
 * What Access does, written down a second time, as plainly as possible and
 * sharing nothing with the engine: two-valued, for requests of which
 * everything is known, over the selectors that the generated accounts use.
 * Answers with the effect and the id of the policy: `pass:identity p3`.
 */
export function referenceDecision(
  account: AccessAccount,
  request: AccessRequest,
): string {
  const app = mostSpecific(account.applications, request.host, request.path);
  if (app === undefined) return "pass:no_application";
  if (request.preflight && app.options_preflight_bypass)
    return "pass:preflight";

  const policies = (app.policies ?? []).filter((p) => typeof p === "object");
  const sorted = [...policies].sort(
    (a, b) => (a.precedence ?? 0) - (b.precedence ?? 0),
  );
  const token = request.serviceToken;
  const strict = account.organization?.strict_service_token_auth && token;
  const isIn = (p: Policy, person: boolean) =>
    holdsSet(p, account, {
      ...request,
      identity: person ? request.identity : null,
    });

  for (const p of sorted) {
    if (p.decision === "bypass" && isIn(p, false)) return `pass:bypass ${p.id}`;
    if (p.decision === "non_identity" && isIn(p, false)) {
      if (!(strict && token.state !== "valid"))
        return `pass:service_auth ${p.id}`;
    }
  }
  if (request.preflight)
    return app.cors_headers ? "preflight_answer" : "forbidden";
  if (strict) return token.state === "valid" ? "forbidden" : "unauthorized";

  const byLogin = sorted.filter(
    (p) => p.decision === "allow" || p.decision === "deny",
  );
  const serviceAuth = sorted.some((p) => p.decision === "non_identity");
  const says401 = app.service_auth_401_redirect && serviceAuth;
  if (sorted.length > 0 && byLogin.length === 0)
    return says401 ? "unauthorized" : "forbidden";

  const idp = request.identity?.idp.id;
  const counts =
    idp !== undefined &&
    (!app.allowed_idps?.length || app.allowed_idps.includes(idp));
  if (!counts) {
    if ((says401 && token) || request.xhr) return "unauthorized";
    return "login";
  }
  const winner = byLogin.find((p) => isIn(p, true));
  if (winner === undefined) return "identity_denied";
  return winner.decision === "allow"
    ? `pass:identity ${winner.id}`
    : `identity_denied ${winner.id}`;
}

function holdsSet(
  set: RuleSet,
  account: AccessAccount,
  request: AccessRequest,
): boolean {
  const holds = (rule: Rule) => holdsRule(rule, account, request);
  return (
    (set.include ?? []).some(holds) &&
    (set.require ?? []).every(holds) &&
    !(set.exclude ?? []).some(holds)
  );
}

function holdsRule(
  rule: Rule,
  account: AccessAccount,
  request: AccessRequest,
): boolean {
  const [selector, values] =
    Object.entries(rule).find(([, v]) => v != null) ?? [];
  const value = String(Object.values(values ?? {})[0]);
  const mail = request.identity?.email.toLowerCase();
  switch (selector) {
    case "everyone":
      return true;
    case "email":
      return mail === value.toLowerCase();
    case "email_domain":
      return mail?.split("@")[1] === value;
    case "login_method":
      return request.identity?.idp.id === value;
    case "geo":
      return request.country === value;
    case "ip":
      // Generated ranges are whole bytes: 10.1.0.0/16.
      return (
        request.ip?.startsWith(
          value
            .split(".")
            .slice(0, Number(value.split("/")[1]) / 8)
            .join(".") + ".",
        ) ?? false
      );
    case "device_posture":
      return request.known?.[`device_posture:${value}`] === true;
    case "service_token":
      return (
        request.serviceToken?.state === "valid" &&
        request.serviceToken.id === value
      );
    case "any_valid_service_token":
      return request.serviceToken?.state === "valid";
    case "group": {
      const group = account.groups?.find(({ id }) => id === value);
      return group !== undefined && holdsSet(group, account, request);
    }
    default:
      throw new Error(`the reference does not know ${selector}`);
  }
}

/** Tries every application and keeps the best; the generated domains have at most one wildcard in host and path. */
function mostSpecific(
  apps: readonly Application[],
  host: string,
  path: string,
): Application | undefined {
  let best: Application | undefined;
  let bestScore = -1;
  for (const app of apps) {
    const [appHost = "", ...segments] = (app.domain ?? "").split("/");
    const hostFits = appHost.startsWith("*.")
      ? host.split(".").slice(1).join(".") === appHost.slice(2)
      : host === appHost;
    const asked = path.split("/").slice(1);
    const last = segments.at(-1);
    const fixed = last === "*" ? segments.slice(0, -1) : segments;
    const pathFits =
      fixed.every((segment, i) => segment === asked[i]) &&
      (last !== "*" || asked.length > fixed.length);
    // Every literal segment outweighs a wildcard, and the host outweighs the path.
    const score =
      (appHost.startsWith("*") ? 0 : 1_000) +
      fixed.length * 10 +
      (last === "*" ? 1 : 0);
    if (hostFits && pathFits && score > bestScore)
      [best, bestScore] = [app, score];
  }
  return best;
}
