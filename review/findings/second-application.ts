import { publicDestinations } from "../../access/match-application";
import type { Application } from "../../access/model";
import { keyOf } from "../../access/whole-host";
import { resourcesOf } from "../change";
import type { Finding, Look } from "./finding";
import { quoted } from "../../base/quoted";

/**
 * Applications that a plan would make for a place that another one has, which
 * Cloudflare refuses in the middle of the deploy.
 */
export const secondApplication: Look = ({ change: { after, plans } }) => {
  const made = resourcesOf(plans, "application").flatMap((one) =>
    one.action === "create" && one.after
      ? [{ application: one.after, stack: one.stack }]
      : [],
  );
  const ids = new Set(made.map(({ application }) => application.id));
  const others = after.access.applications.filter(({ id }) => !ids.has(id));
  return made.flatMap(({ application, stack }) => {
    const places = new Set(placesOf(application));
    const other = others.find((one) =>
      placesOf(one).some((place) => places.has(place)),
    );
    if (other === undefined) return [];
    const finding: Finding = {
      id: "second-application",
      severity: "error",
      subject: [...places].join(", "),
      text: `Cloudflare refuses a second application for a host and path (11010), and ${quoted(other.name ?? "?")} (${other.id ?? "?"}) is for this one`,
      remedy: `run: npm run adopt -- ${stack}. It shows what happens to that one and what to write in main.ts; keep it until then, because deleting it can make the host public`,
    };
    return [finding];
  });
};

/** Hosts and paths of an application, each in one spelling. */
function placesOf(application: Application): string[] {
  return publicDestinations(application).map(({ uri }) => keyOf(uri ?? ""));
}
