import type { GoogleCloud } from "./cloud";
import type { Route } from "./routes";

/**
 * The project itself, which the provider looks at before its services.
 *
 * @see https://cloud.google.com/resource-manager/reference/rest/v1/projects/get
 */
export function resourceManager(cloud: GoogleCloud): Route[] {
  return [
    {
      method: "GET",
      path: /^\/v1\/projects\/([^/]+)$/,
      answer({ parts: [project = ""] }) {
        cloud.checkProject(project);
        return {
          projectId: cloud.projectId,
          projectNumber: cloud.projectNumber,
          name: "Rehearsal only",
          lifecycleState: "ACTIVE",
        };
      },
    },
  ];
}
