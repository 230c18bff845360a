import { broken, kept, notChecked, type ProbeCheck } from "../check";
import type { World } from "../world";

/** Scripts on the machine itself need neither login nor token. */
export const hostUnchanged: ProbeCheck = {
  id: "host-unchanged",
  promise: "localhost works unchanged",
  run: ({ apiPath, localUrl }, { host }) => unchanged(host, localUrl + apiPath),
};

/** Services beside it in Docker need neither login nor token. */
export const neighbourUnchanged: ProbeCheck = {
  id: "neighbour-unchanged",
  promise: "Neighbour services work unchanged",
  run: ({ apiPath, containerUrl }, { neighbour }) =>
    unchanged(neighbour, containerUrl + apiPath),
};

/** `ECONNREFUSED`, where there is one. */
function reason(error: Error): string {
  const { cause } = error;
  if (cause instanceof Error) return reason(cause);
  return "code" in error ? String(error.code) : error.message;
}

async function unchanged(place: World["host"], url: string) {
  if (!place) return notChecked("run it on the machine itself, with --local");
  let status: number;
  try {
    ({ status } = await place.ask(url));
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return broken(
      `no answer at ${url} (${reason(error)})`,
      "the service itself does not answer there",
      "check that it runs and that its port is published there; Access does not touch this way",
    );
  }
  if (status === 200) return kept(`API 200 at ${new URL(url).host}`);
  if (status >= 500)
    return broken(
      `${status} at ${url}`,
      "the service itself fails",
      "look at its log; Access does not touch this way",
    );
  return broken(
    `${status} at ${url}`,
    status === 404
      ? "the service runs, and has no such path"
      : `the service runs, and answers ${status} instead of 200 at this path`,
    'name a path that answers 200 to a plain GET, as apiPath: service: { ...comfyui, apiPath: "/queue" } in main.ts',
  );
}
