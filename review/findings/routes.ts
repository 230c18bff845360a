import type { Spot } from "../judge";
import { tokenDemand } from "../../ingress/token-demand";
import type { Place } from "../places";
import { nameOf, type Finding, type Look } from "./finding";

/** What changes about the way from the tunnel to the services. */
export const routes: Look = ({ matrix }) =>
  matrix.places.flatMap((place): Finding[] => [
    ...jwtCheck(place),
    ...rightApplication(place),
    ...service(place),
  ]);

function jwtCheck(place: Place): Finding[] {
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
          remedy: "state access on the route, unless the path is to be open",
        },
      ]
    : [
        {
          id: "jwt-check-gained",
          severity: "note",
          subject: nameOf(place),
          text: "the route demands the JWT of Access from now on",
        },
      ];
}

/** A route that demands another application's JWT lets nobody through. */
function rightApplication(place: Place): Finding[] {
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
      text: "the route demands the JWT of another application than the one in front of it, and lets nobody through",
      remedy: "name every application of the host in the route",
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
      text: `it leads to ${after?.service ?? "nothing"} from now on, and not to ${before?.service ?? "nothing"}`,
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
