import { broken, kept, notChecked, type Check } from "../check";
import type { World } from "../world";

/** Scripts on the machine itself need neither login nor token. */
export const hostUnchanged: Check = {
  id: "host-unchanged",
  promise: "localhost works unchanged",
  run: ({ apiPath, localUrl }, { host }) => unchanged(host, localUrl + apiPath),
};

/** Services beside it in Docker need neither login nor token. */
export const neighbourUnchanged: Check = {
  id: "neighbour-unchanged",
  promise: "Neighbour services work unchanged",
  run: ({ apiPath, containerUrl }, { neighbour }) =>
    unchanged(neighbour, containerUrl + apiPath),
};

async function unchanged(place: World["host"], url: string) {
  if (!place) return notChecked("run it on the machine itself, with --local");
  const { status } = await place.ask(url);
  if (status === 200) return kept(`API 200 at ${new URL(url).host}`);
  return broken(
    `${status} at ${url}`,
    "the service itself does not answer as before",
    "check that its container runs; Access does not touch this way",
  );
}
