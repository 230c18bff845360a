import { namedAccount, withNames } from "../account/named-account";
import { NotKnown } from "../account/not-known";
import { cloudflareClient } from "../account/client";
import { EXISTING_APPLICATION } from "../base/existing-application";
import { journalEntries } from "../deployment/journal-entries";
import type { Own } from "../deployment/adoptable";
import { namesIn, ownObjects } from "../deployment/own";
import { withDependencies, type Stack } from "../deployment/stacks";
import { readResources } from "../deployment/state";
import { plansOf, type Plans } from "../doctor/planned";
import type { Settings } from "../settings";
import { applications } from "./application";
import { belowHost } from "./below-host";
import { fingerprint } from "./fingerprint";
import { givenBack } from "./given-back";
import { inPart, type InPart } from "./in-part";
import { loginMethods } from "./login-method";
import { made } from "./made";
import { isUnfound, named } from "./named";
import { otherStacks } from "./other-stacks";
import type { Line, Part, Row, Scene } from "./survey";
import { records } from "./records";
import { rules } from "./rules";

/** All that the account has of one service's host, and what a stack makes of it. */
export interface Survey {
  /** Name of the stack. */
  readonly stack: string;
  readonly hostname: string;
  readonly rows: readonly Row[];
  readonly lines: readonly Line[];
  /** Why something could not be looked at. */
  readonly notChecked: readonly string[];
  /** What stands of the stack. @default - all of it, or nothing */
  readonly inPart?: InPart;
  /** The applications that the next deploy takes over, and the groups that their policies name. @default - it takes over none */
  readonly taken?: Part["taken"];
  /** Another one where somebody has changed what the account has for the host. */
  readonly fingerprint: string;
}

const PARTS: readonly ((scene: Scene) => Promise<Part>)[] = [
  loginMethods,
  named,
  otherStacks,
  applications,
  rules,
  records,
  belowHost,
];

/**
 * Looks at what the account has for the hosts of services, and changes nothing.
 *
 * @param stacks the services' and those that they depend on
 * @param taken ids of what a run left behind and the stacks take in
 */
export async function survey(
  stacks: readonly Stack[],
  taken: ReadonlySet<string>,
  settings: Settings,
  env: NodeJS.ProcessEnv,
): Promise<Survey[]> {
  const plans = await plansOf(stacks, env);
  const account = namedAccount(cloudflareClient(env), settings);
  return Promise.all(
    plans.services.map(async (service): Promise<Survey> => {
      const stack = stacks.find(({ name }) => name === service.name);
      const state = stack ? await readResources(stack, { env }) : [];
      const own = stack ? ownObjects(stack, state) : [];
      const others = await Promise.all(
        stacks
          .filter(({ name }) => stack?.dependencies.includes(name))
          .map(async (one) =>
            ownObjects(one, await readResources(one, { env })),
          ),
      );
      const { notes = settings } = service;
      const known = {
        own,
        noted: journalEntries(env),
        account: withNames(account, notes),
      };
      const scene: Scene = {
        ...known,
        service,
        plans: plansAmong(together(stacks, service.name), plans),
        others: others.flat(),
        deployed: state
          .filter(({ type }) => type === EXISTING_APPLICATION)
          .map(({ values }) => values),
        leaving: state.filter(
          ({ address, deposed_key: deposed }) =>
            deposed === undefined &&
            own.every((one) => one.address !== address),
        ),
        ...partsOf(own, stack),
        givenBack: await givenBack(known, service.hostname),
        taken,
      };
      const notChecked: string[] = [];
      const parts = await Promise.all(
        PARTS.map(async (look): Promise<Part> => {
          try {
            return await look(scene);
          } catch (error) {
            if (!(error instanceof NotKnown)) throw error;
            notChecked.push(error.message);
            return { rows: [], lines: [] };
          }
        }),
      );
      const all = eachOnce(parts.flatMap((part) => part.rows));
      // What admits nobody as it can't be looked up is no change of the deploy.
      const rows = all.some(isUnfound)
        ? all.filter(({ kind }) => kind !== "access")
        : all;
      const lines = parts.flatMap((part) => part.lines);
      return {
        stack: service.name,
        hostname: service.hostname,
        rows: [...rows, ...made(scene, rows, lines)],
        lines,
        notChecked: [...new Set(notChecked)],
        inPart: inPart(service, state),
        fingerprint: await fingerprint(scene),
        taken: parts.find((part) => part.taken !== undefined)?.taken,
      };
    }),
  );
}

/** The host and a path of it may both tell of somebody there. */
function eachOnce(rows: readonly Row[]): Row[] {
  const told = new Set<string>();
  return rows.filter((row) => {
    const text = JSON.stringify(row);
    const isNew = row.kind !== "access" || !told.has(text);
    told.add(text);
    return isNew;
  });
}

/** Those that a deploy of one stack runs. */
export function together(stacks: readonly Stack[], name: string): Stack[] {
  return withDependencies(new Map(stacks.map((one) => [one.name, one])), [
    name,
  ]);
}

function plansAmong(stacks: readonly Stack[], plans: Plans): Plans {
  const names = new Set(stacks.map(({ name }) => name));
  const among = <T extends { readonly stack: string }>(
    all: readonly T[] = [],
  ) => all.filter(({ stack }) => names.has(stack));
  return {
    services: plans.services.filter(({ name }) => names.has(name)),
    loginMethods: among(plans.loginMethods),
    lookedUp: among(plans.lookedUp),
    groups: among(plans.groups),
    tunnels: among(plans.tunnels),
    newerStates: among(plans.newerStates),
  };
}

/** What keeps a token from having a name. */
function partsOf(
  own: readonly Own[],
  stack: Stack | undefined,
): Pick<Scene, "parts" | "makesTokens"> {
  const made = own
    .filter(({ type }) => type === "cloudflare_zero_trust_access_service_token")
    .map(({ values }) => String(values.name));
  const parts = new Set(stack ? namesIn(stack) : []);
  // Tokens that are written down take the place of this one.
  const isDefault = made.length === 1 && made[0] === `${stack?.name}-api`;
  if (isDefault) parts.delete(`${stack?.name}-api`);
  return { parts, makesTokens: made.length > 0 && !isDefault };
}
