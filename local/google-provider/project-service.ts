import { setTimeout as sleep } from "node:timers/promises";
import { ProviderError, type Resource } from "../../terraform-plugin/provider";
import type { ObjectValue } from "../../terraform-plugin/value";
import { REPLACES, STAYS } from "../provider/overlay";
import { isJsonObject, type JsonObject } from "../provider/wire";
import { unlessGone, type GoogleClient } from "./client";
import { deriveSchema } from "./schema";

/** Milliseconds between two looks at an operation. */
const BETWEEN_LOOKS = 50;

/** An API of a project that is switched on: `google_project_service`. */
export const projectService: Resource<GoogleClient> = {
  schema: deriveSchema("project-service", {
    id: STAYS,
    project: { ...STAYS, ...REPLACES },
    service: REPLACES,
    disable_on_destroy: { default: true },
  }),

  validate(config, diagnostics) {
    const { service } = config;
    if (typeof service === "string" && !service.includes("."))
      diagnostics.error(
        `expected ${service} to be a domain like serviceusage.googleapis.com`,
        "",
        ["service"],
      );
  },

  async create(planned, { client, signal }) {
    const project = client.project(planned);
    const service = String(planned["service"]);
    const state = { ...planned, project, id: `${project}/${service}` };
    if ((await enabled(client, project, signal)).has(service)) return state;
    const path = `projects/${project}/services/${service}:enable`;
    await finish(
      client,
      await client.call("serviceUsage", "POST", path, { body: {}, signal }),
      signal,
    );
    if ((await enabled(client, project, signal)).has(service)) return state;
    throw new ProviderError(
      `failed to enable the service ${service} of project ${project}`,
    );
  },

  async read(state, { client, signal }) {
    const project = client.project(state);
    const services = await unlessGone(
      client
        .call("resourceManager", "GET", `projects/${project}`, { signal })
        .then(() => enabled(client, project, signal)),
    );
    return services?.has(String(state["service"])) ? state : null;
  },

  // What can be changed is for the destroy alone.
  update: async (planned) => planned,

  async delete(prior, { client, signal }) {
    if (prior["disable_on_destroy"] === false) return;
    const path = `projects/${client.project(prior)}/services/${String(prior["service"])}:disable`;
    const body = {
      disableDependentServices: prior["disable_dependent_services"] === true,
    };
    await finish(
      client,
      await client.call("serviceUsage", "POST", path, { body, signal }),
      signal,
    );
  },

  async import(id) {
    const [project, service, ...more] = id.split("/");
    if (project && service && more.length === 0)
      return { id, project, service };
    throw new ProviderError(
      `Invalid google_project_service id format for import, expecting \`{project}/{service}\`, found ${id}`,
    );
  },
};

async function enabled(
  client: GoogleClient,
  project: string,
  signal: AbortSignal,
): Promise<Set<string>> {
  const path = `projects/${project}/services?filter=state:ENABLED`;
  const { services = [] } = await client.call("serviceUsage", "GET", path, {
    signal,
  });
  const names = (Array.isArray(services) ? services : [])
    .filter(isJsonObject)
    .map(({ name }) => String(name).split("/").at(-1) ?? "");
  return new Set(names);
}

/** Waits until an operation is done. */
async function finish(
  client: GoogleClient,
  operation: JsonObject,
  signal: AbortSignal,
): Promise<void> {
  let now: ObjectValue | JsonObject = operation;
  while (now["done"] !== true) {
    await sleep(BETWEEN_LOOKS, undefined, { signal });
    now = await client.call("serviceUsage", "GET", String(operation["name"]), {
      signal,
    });
  }
}
