import type { GoogleCloud } from "./cloud";
import { GoogleError } from "./errors";
import type { Route } from "./routes";

const MOST_IN_A_BATCH = 20;

/**
 * Switches a project's APIs on and off. What changes something takes effect
 * when its operation is asked for, as Google needs its time too.
 *
 * @see https://cloud.google.com/service-usage/docs/reference/rest
 */
export function serviceUsage(cloud: GoogleCloud): Route[] {
  const operations = new Map<string, () => object>();

  const show = (service: string) => ({
    name: `projects/${cloud.projectNumber}/services/${service}`,
    parent: `projects/${cloud.projectNumber}`,
    state: cloud.services.has(service) ? "ENABLED" : "DISABLED",
  });

  const start = (project: string | undefined, finish: () => object) => {
    cloud.checkProject(project ?? "");
    const name = `operations/acat.p2-${cloud.projectNumber}-${operations.size + 1}`;
    operations.set(name, finish);
    return { name };
  };

  const enable = (services: readonly string[]) => () => {
    for (const service of services) cloud.services.add(service);
    return { services: services.map(show) };
  };

  return [
    {
      method: "GET",
      path: /^\/v1\/projects\/([^/]+)\/services$/,
      answer({ parts: [project = ""], query }) {
        cloud.checkProject(project);
        // There is no list here of all the APIs that Google has.
        if (query.get("filter") !== "state:ENABLED")
          throw new GoogleError(
            "UNIMPLEMENTED",
            "the local Google lists services with the filter state:ENABLED only",
          );
        return { services: [...cloud.services].map(show) };
      },
    },
    {
      method: "GET",
      path: /^\/v1\/projects\/([^/]+)\/services\/([^/:]+)$/,
      answer({ parts: [project = "", service = ""] }) {
        cloud.checkProject(project);
        return show(service);
      },
    },
    {
      method: "POST",
      path: /^\/v1\/projects\/([^/]+)\/services\/([^/:]+):enable$/,
      answer: ({ parts: [project, service = ""] }) =>
        start(project, () => {
          enable([service])();
          return { service: show(service) };
        }),
    },
    {
      method: "POST",
      path: /^\/v1\/projects\/([^/]+)\/services:batchEnable$/,
      answer({ body, parts: [project] }) {
        const { serviceIds = [] } = body as { serviceIds?: string[] };
        if (serviceIds.length > MOST_IN_A_BATCH)
          throw new GoogleError(
            "INVALID_ARGUMENT",
            `At most ${MOST_IN_A_BATCH} services can be enabled in a batch.`,
          );
        return start(project, enable(serviceIds));
      },
    },
    {
      method: "POST",
      path: /^\/v1\/projects\/([^/]+)\/services\/([^/:]+):disable$/,
      answer: ({ parts: [project, service = ""] }) =>
        start(project, () => {
          cloud.services.delete(service);
          return { service: show(service) };
        }),
    },
    {
      method: "GET",
      path: /^\/v1\/(operations\/[^/]+)$/,
      answer({ parts: [name = ""] }) {
        const finish = operations.get(name);
        if (!finish)
          throw new GoogleError("NOT_FOUND", `Operation ${name} not found.`);
        return { name, done: true, response: finish() };
      },
    },
  ];
}
