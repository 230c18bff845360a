import { listOf, type Finding, type PlanLook } from "./finding";

/** Where a deploy writes secrets. */
export const secretPlaces: PlanLook = ({ change: { plans } }) =>
  plans.flatMap(({ secretPlaces: places = [], stack }) => {
    const projects = new Set(places.flatMap(({ project }) => project ?? []));
    return [...projects].map((project): Finding => {
      const own = places.filter((one) => one.project === project);
      return {
        id: "secret-place",
        severity: "note",
        subject: `${stack}: ${project}`,
        text: `secrets are written to this Google Cloud project: ${listOf(own.map(({ address }) => address))}`,
      };
    });
  });
