import { type DoctorCheck, notChecked, problem } from "../check";
import { placeOf } from "./answerer";
import type { SymptomContext } from "./context";

/** Whether the service answers so without Cloudflare: where it can't be asked from outside. */
export function serviceHere(
  statuses: readonly number[],
  where: (context: SymptomContext) => string = ({ path, service }) =>
    path ?? service.apiPath,
): DoctorCheck<SymptomContext> {
  return {
    id: "service-here",
    why: "What the service answers on its own host has nothing to do with Access or the tunnel.",
    page: placeOf(["the service"]).page,
    async run(context) {
      const { host, service } = context;
      const url = service.localUrl + where(context);
      let status: number;
      try {
        ({ status } = await host.ask(url));
      } catch {
        return notChecked(
          "nothing answers on this machine: run it on the service's own host",
          url,
        );
      }
      return statuses.includes(status)
        ? problem(
            `the service itself answers ${status} here, without Cloudflare`,
            "Compare the request with the service's own API and settings.",
            url,
          )
        : notChecked(
            `the service answers ${status} here: something between Access and the service answers otherwise, and a token tells what (npm run secrets -- ${service.name} --to env)`,
            url,
          );
    },
  };
}
