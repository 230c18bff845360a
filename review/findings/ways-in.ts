import { isDeepStrictEqual } from "node:util";
import { resourcesOf, type Application, type SecondFactor } from "../change";
import type { Finding, PlanLook } from "./finding";
import { policyChanges } from "./policy-changes";

/** How people get in whom policies let in: what an application or policy asks of them. */
export const waysIn: PlanLook = ({ change: { plans } }) => [
  ...resourcesOf(plans, "application").flatMap(
    ({ action, after, before }): Finding[] => {
      if (!after || action === "no-op" || action === "forget") return [];
      const subject = after.name ?? after.domain ?? "an application";
      return [
        ...secondFactor(before, after, subject),
        ...warp(before, after, subject),
        ...oauth(before, after, subject),
      ];
    },
  ),
  ...policyChanges(plans).flatMap(({ after, before, subject }) =>
    secondFactor(before, after, subject),
  ),
];

const FACTORS = {
  own: "Access now requires a second factor",
  never:
    "Access now requires no second factor, whatever the organization's setting",
  organization:
    "Access now requires a second factor only if the organization does",
};

function factorOf(one: SecondFactor | undefined): keyof typeof FACTORS {
  if (!one?.mfa_config) return "organization";
  return one.mfa_config.mfa_disabled ? "never" : "own";
}

function saysOther<Name extends string>(
  before: { readonly [N in Name]?: object | null } | undefined,
  after: { readonly [N in Name]?: object | null },
  name: Name,
) {
  const [was, is] = [before, after].map((one) =>
    Object.entries(one?.[name] ?? {})
      .filter(([, value]) => value !== null && value !== undefined)
      .sort(([one], [other]) => (one < other ? -1 : 1)),
  );
  return !isDeepStrictEqual(was, is);
}

export function secondFactor(
  before: SecondFactor | undefined,
  after: SecondFactor,
  subject: string,
): Finding[] {
  const [was, is] = [factorOf(before), factorOf(after)];
  if (was === is)
    return is === "own" && saysOther(before, after, "mfa_config")
      ? [
          {
            id: "second-factor-changed",
            severity: "warning",
            subject,
            text: `the second factor that Access requires changes from ${JSON.stringify(before?.mfa_config)} to ${JSON.stringify(after.mfa_config)}`,
            remedy: "make sure this is intended",
          },
        ]
      : [];
  const less = is === "never" || was === "own";
  return [
    {
      id: less ? "second-factor-lost" : "second-factor-gained",
      severity: less ? "warning" : "note",
      subject,
      text: FACTORS[is],
    },
  ];
}

function warp(
  before: Application | undefined,
  after: Application,
  subject: string,
): Finding[] {
  const [was, is] = [before, after].map(
    (one) => one?.allow_authenticate_via_warp === true,
  );
  if (was === is) return [];
  return [
    is
      ? {
          id: "warp-logs-in",
          severity: "warning",
          subject,
          text: "a WARP session now counts as a login, whatever login methods the application names",
        }
      : {
          id: "warp-logs-in-no-more",
          severity: "note",
          subject,
          text: "a WARP session no longer counts as a login",
        },
  ];
}

function oauth(
  before: Application | undefined,
  after: Application,
  subject: string,
): Finding[] {
  const isOn = (one: Application | undefined) =>
    !!one?.oauth_configuration && one.oauth_configuration.enabled !== false;
  const [was, is] = [isOn(before), isOn(after)];
  if (was === is)
    return is && saysOther(before, after, "oauth_configuration")
      ? [
          {
            id: "oauth-clients",
            severity: "warning",
            subject,
            text: `different programs may now act for people who log in (managed OAuth): ${JSON.stringify(after.oauth_configuration)} (was ${JSON.stringify(before?.oauth_configuration)})`,
            remedy:
              "make sure that each address is yours: login codes are sent there",
          },
        ]
      : [];
  return [
    {
      id: is ? "oauth-server" : "oauth-server-no-more",
      severity: "note",
      subject,
      text: is
        ? "programs can act for people who log in (managed OAuth); clients that are not browsers get 401 instead of the redirect to the login"
        : "programs can no longer act for people who log in (managed OAuth)",
    },
  ];
}
