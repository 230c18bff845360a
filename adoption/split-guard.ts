import type { NamedAccount } from "../account/named-account";
import { namedTunnel } from "../dns/tunnel-name";
import type { PlannedService } from "../doctor/planned";
import { findRule, sameRule } from "../providers/tunnel-route/document";
import { routeOf, type Tools } from "./split";
import { isLetGo, type Found, type Seen } from "./split-plan";

/** Why a host can't be split from here, whatever its application is. */
export async function notFromHere(
  { applications, hostname, name, routes }: PlannedService,
  account: Pick<NamedAccount, "records" | "tunnel">,
  { rules }: Seen,
  tools: Pick<Tools, "client" | "tunnel">,
  found: Found,
): Promise<string[]> {
  const isDeployed = [...applications, ...routes].some(
    ({ id }) => id !== undefined,
  );
  // What is left then touches nothing of the stack's.
  if (isDeployed && isLetGo(found)) return [];
  if (isDeployed)
    return [
      `${name} is deployed: its application and rule are the stack's, and only a host that is not deployed is split`,
      // An application that decides nothing here, by what it differs.
      ...("refused" in found ? found.refused : []),
    ];
  const noted = tools.client.journal.read(routeOf(hostname, tools));
  const at = findRule(rules, { hostname });
  const isOurs =
    at !== undefined &&
    noted?.written.some((written) => sameRule(written, rules[at]!));
  const tunnel = await account.tunnel();
  const elsewhere = (await account.records(hostname)).filter(
    (record) =>
      record.name === hostname &&
      ![undefined, tunnel.id].includes(namedTunnel(record)),
  );
  return [
    ...(noted !== undefined && (!noted.leaving || isOurs)
      ? [
          `a deploy or destroy of ${name} was cut off, and the tunnel's rule may be the stack's: run that command again first`,
        ]
      : []),
    ...elsewhere.map(
      ({ content }) =>
        `${hostname} leads to ${content}, and not to the tunnel ${tunnel.name}, whose rules are written here`,
    ),
  ];
}
