import { endOf } from "../../base/token-end";
import { broken, kept, type ProbeCheck } from "../check";
import type { Deployed, World } from "../world";
import { noToken, pairOf, tokenHeaders } from "./token-works";

const DAY_MS = 24 * 60 * 60 * 1000;
/** Time enough to extend or rotate it. */
const TOO_SHORT_DAYS = 14;

/** The token lives, not only until tomorrow, and dies when it should. */
export const tokenExpiry: ProbeCheck = {
  id: "token-expiry",
  promise: "The token is valid for a while, and refused after it",
  lasting: true,
  async run(deployed, world) {
    const { apiPath, hostname, token } = deployed;
    if (!token) return noToken(deployed);
    const { isOff, until } = await asItIs(token, world);
    if (isOff)
      return broken(
        "switched off",
        "someone switched the token off: machines that hold it are refused",
        "switch it on in Zero Trust, Access controls, Service credentials, or rotate it: npm run rotate",
      );
    if (until === undefined) return kept("never expires");
    const date = until.slice(0, 10);
    const left = Date.parse(until) - Date.now();
    if (left > TOO_SHORT_DAYS * DAY_MS) return kept(`valid until ${date}`);
    if (left > 0)
      return broken(
        `valid until ${date}`,
        `the token expires in ${Math.ceil(left / DAY_MS)} days, and with it every script that uses it`,
        "extend it in Zero Trust, Access, Service auth, or give it a longer duration and deploy",
      );
    const pair = pairOf(token);
    if (pair === undefined)
      return broken(
        `expired on ${date}`,
        "the token has expired",
        "extend it in Zero Trust, Access, Service auth: id and secret stay",
      );
    const { status } = await world.ask(`https://${hostname}${apiPath}`, {
      headers: tokenHeaders(pair),
    });
    return broken(
      `expired on ${date}, ${status} at ${apiPath}`,
      status < 300
        ? "the token is let in although it has expired"
        : "the token has expired",
      status < 300
        ? "compare this machine's clock, by which it has; if that is right, extend the token in Zero Trust, Access, Service auth: id and secret stay"
        : "extend it in Zero Trust, Access, Service auth: id and secret stay",
    );
  },
};

/** As the account says: a token may have been extended since the deploy. */
async function asItIs(
  { clientId, expiresAt }: NonNullable<Deployed["token"]>,
  { account }: World,
): Promise<{ readonly isOff?: boolean; readonly until?: string }> {
  const tokens = await account?.serviceTokens().catch(() => undefined);
  const found = tokens?.find((one) => one.client_id === clientId);
  if (!found) return { until: expiresAt };
  return {
    isOff: "enabled" in found && found.enabled === false,
    until: endOf(found),
  };
}
