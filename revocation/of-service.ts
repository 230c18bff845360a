import type { AccessAccount, Application } from "../access/model";
import { applicationsOn } from "../account/applications-on";
import type { Deployed, World } from "../probe/world";
import { notChecked, type Prepared } from "./prepared";
import {
  NoTestSession,
  observationOf,
  serviceTokenSession,
  type TestSession,
} from "./test-session";

/**
 * Prepares the end of everybody's sessions at a service.
 *
 * @param given a session of a browser, to be tried as well
 * @throws Error where the account has no application of the service any more
 */
export async function ofService(
  service: Deployed,
  account: AccessAccount,
  world: Pick<World, "ask">,
  given?: TestSession,
): Promise<Prepared> {
  const { aud, hostname } = service;
  const applications = applicationsOn(account, hostname).filter(hasSessions);
  if (!applications.some((application) => application.aud === aud))
    throw new Error(
      `The deployed application of ${hostname} is no longer in the account: deploy it again.`,
    );
  const own = await serviceTokenSession(service, world).catch(
    (error: unknown) => {
      if (error instanceof NoTestSession) return error;
      throw error;
    },
  );
  const testSessions = [
    ...(given ? [given] : []),
    ...(own instanceof NoTestSession ? [] : [own]),
  ];
  const length = account.organization?.session_duration ?? "24h";
  return {
    target: { applications },
    plan: `Ends everybody's sessions at ${hostname}: ${applications.map(({ name }) => `"${name}"`).join(", ")}.`,
    observations: testSessions.map(observationOf),
    notChecked:
      own instanceof NoTestSession
        ? [notChecked("the service token's session", own.message)]
        : [],
    notes: [
      `People whom a policy still admits can return, without logging in if they logged in to the team within ${length}. Service tokens keep working.`,
    ],
  };
}

/** Where all is open nobody has a session. */
function hasSessions({ policies }: Application): boolean {
  return (policies ?? []).some(
    (policy) => typeof policy === "string" || policy.decision !== "bypass",
  );
}
