import { type DoctorCheck, notChecked } from "../check";
import type { ServiceContext } from "../context";

/** What the service itself has to be told; nothing that we can ask shows it. */
export const environmentCheck: DoctorCheck<ServiceContext> = {
  id: "environment",
  why: "A service behind a tunnel has to know its public address, and that proxies are before it.",
  page: "docs/open-paths.md",
  async run({ service: { environment, hostname } }) {
    return Object.entries(environment).map(([name, value]) =>
      notChecked(
        `${name}=${value} has to be in the service's own environment, which can't be seen from here`,
        hostname,
      ),
    );
  },
};
