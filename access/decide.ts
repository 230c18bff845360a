import { checkProps } from "../base/check-props";
import {
  compileApplication,
  type CompiledApplication,
} from "./compile-application";
import type { AccessOptions, Decision, SettledDecision } from "./decision";
import { decideForAllAnswers } from "./explore";
import { Inquiry } from "./inquiry";
import { ApplicationIndex } from "./match-application";
import type { AccessAccount, Organization, ServiceToken } from "./model";
import { normalHost, requestPath } from "./path-pattern";
import type { AccessRequest } from "./request";
import { byId } from "./rules";
import type { Setting } from "./setting";
import { preflightToOrigin, settle } from "./settle";
import { because, NOTHING } from "./settled";

/** An account made ready for many decisions. Later changes to the account are not seen. */
export interface CompiledAccount {
  /**
   * What Access does with a request to a proxied host of the account.
   *
   * @throws RangeError where the request's `ip` is no address.
   */
  decide(request: AccessRequest): Decision;
}

/**
 * Decides one request. For many, {@link compile} the account once.
 *
 * @example
 * ```ts
 * import { decide } from "access-stacks/access";
 *
 * const policy = { id: "all", decision: "bypass", include: [{ everyone: {} }] };
 * const app = { domain: "wiki.example.com/public", policies: [policy] };
 * const request = { host: "wiki.example.com", path: "/public/logo.png" };
 * const { outcome, reason } = decide({ applications: [app] }, request);
 * console.log(outcome, reason);
 * ```
 * @throws RangeError where the request's `ip` is no address
 */
export function decide(
  account: AccessAccount,
  request: AccessRequest,
  options: AccessOptions = {},
): Decision {
  checkProps("decide", request, ["host", "path"]);
  return compile(account, options).decide(request);
}

/**
 * Makes an account ready for deciding.
 *
 * Order of a decision: the most specific application; its public paths; a
 * preflight that goes to the origin; Bypass and Service Auth policies; a
 * preflight that stays at the edge; in strict mode a service token that was
 * not admitted; the login; Block and Allow policies; deny.
 *
 * @see https://developers.cloudflare.com/cloudflare-one/access-controls/policies/
 */
export function compile(
  account: AccessAccount,
  options: AccessOptions = {},
): CompiledAccount {
  checkProps("an account", account, ["applications"]);
  const organization = account.organization ?? {};
  let tokens: ReadonlyMap<string, ServiceToken> | undefined;
  let shared: ReturnType<typeof sharedNames> | undefined;
  const tokenName = (id: string) => {
    tokens ??= byId(account.service_tokens);
    shared ??= sharedNames(account.service_tokens ?? []);
    const name = tokens.get(id)?.name ?? id;
    return `service token ${JSON.stringify(name)}${shared.has(name) ? ` (${id})` : ""}`;
  };
  const setting: Setting = {
    strict: organization.strict_service_token_auth === true,
    serviceAuth401: options.serviceAuth401 ?? "token",
    tokenName,
  };
  const index = new ApplicationIndex(
    account.applications.map((application) => [
      application,
      compileApplication(account, application),
    ]),
  );

  return {
    decide(request) {
      const covered = index.find(request.host, request.path);
      if (covered === undefined) return unprotected(request, organization);
      const app = covered.owner;
      if (covered.open) {
        return {
          application: app.application,
          reason: because(
            app,
            "an override of its destination makes the path public",
          ),
          dependsOn: NOTHING,
          outcome: "pass",
          how: "bypass",
        };
      }
      const preflight = preflightToOrigin(app, request);
      if (preflight !== undefined) return preflight;
      if (app.missing.length > 0) return undecidable(app);
      return (
        settle(app, new Inquiry(request), setting, () => false) ??
        decideForAllAnswers(app, request, setting)
      );
    },
  };
}

/** Names that several have. */
function sharedNames(
  tokens: readonly ServiceToken[],
): ReadonlySet<string | null | undefined> {
  const seen = new Set<string | null | undefined>();
  const shared = new Set<string | null | undefined>();
  for (const { name } of tokens) (seen.has(name) ? shared : seen).add(name);
  return shared;
}

/**
 * No application: public, unless the organisation requires Access everywhere.
 * Cloudflare shows a block page then and does not say its status.
 *
 * @see https://developers.cloudflare.com/cloudflare-one/access-controls/access-settings/require-access-protection/
 */
function unprotected(
  { host, path }: AccessRequest,
  organization: Organization,
): SettledDecision {
  const name = normalHost(host);
  const where = `no application covers ${name}${requestPath(path)}`;
  const exempted = (
    organization.deny_unmatched_requests_exempted_zone_names ?? []
  ).some(
    (zone) =>
      name === zone.toLowerCase() || name.endsWith(`.${zone.toLowerCase()}`),
  );
  if (organization.deny_unmatched_requests === true && !exempted) {
    return {
      outcome: "forbidden",
      status: 403,
      reason: `${where}, and the organisation denies unmatched requests`,
      dependsOn: [],
    };
  }
  return {
    outcome: "pass",
    how: "no_application",
    reason: where,
    dependsOn: [],
  };
}

/** Some policy of the application was not given: it may do anything. */
function undecidable(app: CompiledApplication): Decision {
  const { application, offeredIdps, direct, missing } = app;
  const all = {
    application,
    reason: because(app, "one of its policies is not known"),
    dependsOn: NOTHING,
  };
  return {
    ...all,
    outcome: "depends",
    dependsOn: missing,
    reason: `depends on ${[...new Set(missing.map(({ text }) => text))].join(" and ")}`,
    possible: [
      { ...all, outcome: "pass", how: "bypass" },
      { ...all, outcome: "pass", how: "service_auth" },
      { ...all, outcome: "pass", how: "identity" },
      {
        ...all,
        outcome: "login",
        status: 302,
        identityProviders: offeredIdps,
        direct,
      },
      { ...all, outcome: "preflight_answer", status: 200 },
      { ...all, outcome: "forbidden", status: 403 },
      { ...all, outcome: "unauthorized", status: 401 },
      { ...all, outcome: "identity_denied", status: 403 },
    ],
  };
}
