import {
  broken,
  kept,
  NO_ACCOUNT,
  notChecked,
  type ProbeCheck,
} from "../check";
import { eachOf } from "../each-of";
import { sideDoors, type SideDoor } from "../side-doors";
import type { Answer, Deployed, World } from "../world";

/** Hosts that are asked at a time. */
const AT_A_TIME = 20;

/** Every way that leads to the service has Access before it. */
export const noSideDoor: ProbeCheck = {
  id: "no-side-door",
  promise: "No other host leads to the service",
  async run(deployed, world) {
    if (!world.account) return notChecked(NO_ACCOUNT);
    const { doors, unread } = await sideDoors(deployed, world.account);
    const shown = await eachOf(doors, AT_A_TIME, (door) =>
      shownAt(door, deployed, world),
    );
    for (const [index, { remedy, why }] of doors.entries()) {
      const where = shown[index];
      if (where !== undefined)
        return broken(
          `${where} shows ${deployed.name} without a login`,
          why,
          remedy,
        );
    }
    if (unread !== undefined) return notChecked(unread);
    return kept(
      doors.length === 0
        ? "no other rule has its service, no record leads to its machine"
        : `${doors.length} other host${doors.length === 1 ? "" : "s"} may lead to it, none shows it`,
    );
  },
};

/** Where a door shows the service; undefined where it does not. */
async function shownAt(
  { address, host }: SideDoor,
  deployed: Deployed,
  { ask, askAt }: World,
): Promise<string | undefined> {
  const { hostname } = deployed;
  const url = `https://${host}/`;
  if (await shows(() => ask(url), deployed)) return url;
  if (address === undefined || askAt === undefined) return undefined;
  // Whoever knows the address needs no DNS to ask it for the service's host.
  const { port } = new URL(deployed.localUrl);
  const own = [`https://${hostname}/`, `http://${hostname}/`];
  for (const direct of [...own, `http://${hostname}:${port}/`])
    if (await shows(() => askAt(address, direct), deployed))
      return `${direct} at ${address}`;
  return undefined;
}

async function shows(
  ask: () => Promise<Answer>,
  { pageText }: Deployed,
): Promise<boolean> {
  try {
    const { status, text } = await ask();
    return status === 200 && text.includes(pageText);
  } catch {
    // It leads nowhere: the host has no record, no certificate, no open port.
    return false;
  }
}
