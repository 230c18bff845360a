import { type DoctorCheck, problem } from "../check";
import type { SymptomContext } from "./context";

export const localService: DoctorCheck<SymptomContext> = {
  id: "local-service",
  why: "Access protects the public host only: on the machine itself nothing has changed.",
  page: "docs/clients.md",
  async run({ host, service: { apiPath, hostname, localUrl } }) {
    const about = localUrl;
    let status: number;
    try {
      ({ status } = await host.ask(localUrl + apiPath));
    } catch (error) {
      return problem(
        `nothing answers there (${(error as Error).message})`,
        "Run this on the service's own host, and start its container (docker compose ps). Access has no part in it.",
        about,
      );
    }
    return status >= 500
      ? problem(
          `the service answers ${status} there`,
          "Look at its log. Access has no part in it.",
          about,
        )
      : problem(
          `the service answers there (${status}): the script must be asking https://${hostname}, where it needs the token`,
          `Have the script ask ${localUrl}, or send both CF-Access headers.`,
          about,
        );
  },
};
