import type { AccountState, Change } from "../change";
import type { Spot } from "../judge";
import { tokenDemand } from "../../ingress/token-demand";
import type { Place } from "../places";
import { NOT_KNOWN_TEXT } from "../resources";
import { OwnRules } from "../own-rules";
import { isOddlySpelled, nameOf, type Finding, type Look } from "./finding";
import { toCloseAgain } from "./openings";
import { quoted } from "../../base/quoted";

/** What changes about the way from the tunnel to the services. */
export const routes: Look = ({ change, matrix }) => [
  ...matrix.places.flatMap((place): Finding[] => [
    ...jwtCheck(place, change),
    ...rightApplication(place),
    ...service(place),
  ]),
  ...distinct(
    matrix.places.flatMap((place) => [
      ...rightTeam(place, change.after),
      ...machine(place),
    ]),
  ),
];

/** Of a host it is said once, and not at each of its paths. */
function distinct(findings: readonly Finding[]): Finding[] {
  return [
    ...new Map(
      findings.map((one) => [JSON.stringify(one), one] as const),
    ).values(),
  ];
}

function jwtCheck(place: Place, change: Change): Finding[] {
  const [before, after] = [
    tokenDemand(place.before.rule),
    tokenDemand(place.after.rule),
  ];
  const both = leadsOn(place.before) && leadsOn(place.after);
  if (!both || (before === undefined) === (after === undefined)) return [];
  return after === undefined
    ? [
        {
          id: "jwt-check-lost",
          severity: "warning",
          subject: nameOf(place),
          text: "the route no longer requires the JWT of Access: requests that bypass Access reach the service",
          ...lostCheckRemedy(place, change),
        },
      ]
    : [
        {
          id: "jwt-check-gained",
          severity: "note",
          subject: nameOf(place),
          text: "the route now requires the JWT of Access",
        },
      ];
}

/** Where the code's own rule has gone, nothing can be stated on it. */
function lostCheckRemedy(
  place: Place,
  change: Change,
): Pick<Finding, "remedy"> {
  const { rule } = place.after;
  if (rule && new OwnRules(change).has(rule))
    return {
      remedy: "state access on the route, unless the path is to be open",
    };
  const remedy = toCloseAgain(change, place);
  return remedy === undefined ? {} : { remedy };
}

/**
 * A route that demands another application's JWT lets nobody through. For
 * spellings that nobody writes, of a path with an application of its own, that
 * is what is wanted.
 */
function rightApplication(place: Place): Finding[] {
  if (isOddlySpelled(place)) return [];
  const wrong = ({ application, rule }: Spot) => {
    const demand = tokenDemand(rule);
    return (
      demand !== undefined && !demand.auds.includes(application?.aud ?? "")
    );
  };
  if (!wrong(place.after) || wrong(place.before)) return [];
  return [
    {
      id: "jwt-check-of-another",
      severity: "warning",
      subject: nameOf(place),
      text: "the route requires the JWT of a different application than the one in front of it, and lets nobody through",
      remedy: "name every application of the host in the route",
    },
  ];
}

/** From whose team a route takes a JWT decides who has one. */
function rightTeam(
  { after, before }: Place,
  { access: { organization } }: AccountState,
): Finding[] {
  const own = organization?.auth_domain?.replace(
    /\.cloudflareaccess\.com$/,
    "",
  );
  const [was, is] = [before, after].map(({ rule }) => tokenDemand(rule)?.team);
  if (own === undefined || is === undefined || is === was) return [];
  if ([own, NOT_KNOWN_TEXT].includes(is)) return [];
  return [
    {
      id: "jwt-check-of-another-team",
      severity: "error",
      subject: after.rule?.hostname ?? after.request.host,
      text: `the route takes the JWTs of the team ${quoted(is)}, which is not the account's: that team decides who gets through where Access is not in front, and nobody else does`,
      remedy: `write the account's own team, "${own}"`,
    },
  ];
}

/** Requests, and with them people's logins, that go to another machine. */
function machine(place: Place): Finding[] {
  const [was, is] = [place.before.leads, place.after.leads].map((leads) =>
    leads.kind === "tunnel"
      ? `the tunnel ${leads.tunnel.name}`
      : leads.kind === "nowhere"
        ? undefined
        : leads.address,
  );
  if (was === undefined || is === undefined || was === is) return [];
  return [
    {
      id: "other-machine",
      severity: "warning",
      subject: place.host,
      text: `requests now go to ${is} instead of ${was}: whoever runs it sees what people send and the logins that Access adds`,
      remedy: "make sure it is yours",
    },
  ];
}

function service(place: Place): Finding[] {
  const [before, after] = [place.before.rule, place.after.rule];
  if (!leadsOn(place.before) || !leadsOn(place.after)) return [];
  if (before?.service === after?.service) return [];
  return [
    {
      id: "other-service",
      severity: "note",
      subject: nameOf(place),
      text: `its service changes from ${before?.service ?? "nothing"} to ${after?.service ?? "nothing"}`,
    },
  ];
}

function leadsOn({ leads, rule }: Spot): boolean {
  return (
    leads.kind === "tunnel" &&
    rule !== undefined &&
    !rule.service?.startsWith("http_status:")
  );
}
