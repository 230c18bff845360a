import type { Account, Application } from "../access/model";
import { applicationsOn } from "../account/applications-on";
import type { Deployed, World } from "../probe/world";
import { notChecked, type Prepared } from "./prepared";
import {
  NoWitness,
  observationOf,
  serviceTokenSession,
  type Witness,
} from "./witness";

/**
 * Prepares the end of everybody's sessions at a service.
 *
 * @param given a session of a browser, to be tried as well
 * @throws Error where the account has no application of the service any more
 */
export async function ofService(
  service: Deployed,
  account: Account,
  world: Pick<World, "ask">,
  given?: Witness,
): Promise<Prepared> {
  const { aud, hostname } = service;
  const applications = applicationsOn(account, hostname).filter(hasSessions);
  if (!applications.some((application) => application.aud === aud))
    throw new Error(
      `The account has no application of ${hostname} any more, as it was deployed: deploy it again.`,
    );
  const own = await serviceTokenSession(service, world).catch(
    (error: unknown) => {
      if (error instanceof NoWitness) return error;
      throw error;
    },
  );
  const witnesses = [
    ...(given ? [given] : []),
    ...(own instanceof NoWitness ? [] : [own]),
  ];
  const length = account.organization?.session_duration ?? "24h";
  return {
    target: { applications },
    plan: `Ends everybody's sessions at ${hostname}: ${applications.map(({ name }) => `"${name}"`).join(", ")}.`,
    observations: witnesses.map(observationOf),
    notChecked:
      own instanceof NoWitness
        ? [notChecked("a session of the service token", own.message)]
        : [],
    notes: [
      `Whom a policy still admits comes in again: without a login, where they logged in to the team within ${length}. Service tokens work on.`,
    ],
  };
}

/** Where all is open nobody has a session. */
function hasSessions({ policies }: Application): boolean {
  return (policies ?? []).some(
    (policy) => typeof policy === "string" || policy.decision !== "bypass",
  );
}
