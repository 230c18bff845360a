import type { Application } from "../access/model";
import type { NamedAccount } from "../account/named-account";
import { alikeIn } from "../base/existing-application";
import {
  changedPolicies,
  changedSince,
  documentIn,
  isAsBefore,
  missingIn,
  namesOf,
  newOwnOf,
  policiesIn,
  policiesOf,
  returnOf,
  shown,
  wasTakenBefore,
} from "../providers/existing-application/document";
import {
  mayOpen,
  refuseOpening,
  rulesThen,
  type Access,
} from "../providers/existing-application/opening";
import { noteIn } from "../providers/existing-application/note";
import { ruleAt } from "../providers/tunnel-route/document";
import type { Entry } from "../providers/tunnel-route/journal";
import {
  isJsonObject,
  plain,
  type JsonObject,
} from "../providers/tunnel-route/json";
import { changedSince as changedSinceOfRule } from "../providers/tunnel-route/meanwhile";
import { formerRule, toRule } from "../providers/tunnel-route/route";
import { ProviderError } from "../terraform-plugin/provider";
import type { ObjectValue } from "../terraform-plugin/value";
import type { PlannedService } from "./planned";

type Values = Readonly<Record<string, unknown>>;

export const AS_BEFORE = "as before the first deploy";

/** What is known of an application that is taken over and deployed. */
export interface SinceDeploy {
  readonly why: string;
  /** What the next deploy writes over. */
  readonly changes: readonly {
    readonly attribute: string;
    readonly before: string;
    readonly after: string;
  }[];
  /** What a destroy leaves of it. */
  readonly afterDestroy: string;
  /** Whether somebody has changed anything of it. */
  readonly isTouched: boolean;
  /** What to do where a destroy is refused, as it would open the host. */
  readonly todo?: string;
}

type Deployed = Pick<PlannedService, "applications" | "noted" | "routes">;

/** The same by what the account has now. */
export async function sinceDeploy(
  account: NamedAccount,
  service: Deployed,
  application: Application,
  state: Values,
): Promise<SinceDeploy> {
  const [policies, methods, refusal] = await Promise.all([
    account.policies(),
    account.loginMethods(),
    refusalOfDestroy(account, service),
  ]);
  const ids = [...policies, ...methods].map(({ id }) => id);
  const since = deployed(application, state, {
    missing: missingIn(state, ids),
    policies: policies as unknown as readonly JsonObject[],
  });
  return refusal === undefined
    ? since
    : {
        ...since,
        isTouched: true,
        afterDestroy: refusedWords(
          refusal,
          "not given back",
          since.afterDestroy,
        ),
        todo: refusal.detail,
      };
}

/** Why a destroy would be refused, as it would open a host or path of a stack. */
export async function refusalOfDestroy(
  account: NamedAccount,
  { applications: own, noted = [], routes }: Deployed,
): Promise<RefusedDestroy | undefined> {
  const states = routes
    .map(({ state }) => state)
    .filter((state) => state !== undefined);
  if (states.length === 0) return undefined;
  const [applications, policies, groups, { rules = [] }] = await Promise.all([
    account.applications(),
    account.policies(),
    account.groups(),
    account.configuration(),
  ]);
  const access = { applications, policies, groups } as unknown as Access;
  const read = (id: string) =>
    (noted as readonly Entry[]).find((one) => one.id === id);
  const notes = own
    .flatMap(({ state }) => state ?? [])
    .map((state) => noteIn(state as ObjectValue, false));
  const known = {
    journal: { read },
    givenBack: new Map(notes.map((note) => [note.id, note])),
  };
  const refused = (isReviewed: boolean) =>
    openingOf(states, (state) => {
      const entry = read(String(state["id"]));
      const found = ruleAt(rules, plain(toRule(state)));
      const former = formerRule(state);
      const change = found && changedSinceOfRule(found, former, entry);
      const back = change ? change.rule : former;
      const then = rulesThen(rules, state, back, entry);
      const given = { ...known, isReviewed };
      if (mayOpen(state, given))
        refuseOpening(state, { now: rules, then }, access, given);
    });
  const always = refused(true);
  if (always) return { ...told(always), isAsked: false };
  const unasked = refused(false);
  return unasked && { ...told(unasked), isAsked: true };
}

/** A destroy that would open a host or path. */
export interface RefusedDestroy {
  readonly summary: string;
  readonly detail: string;
  /** At a terminal it asks, and goes on with a yes. */
  readonly isAsked: boolean;
}

function told({ detail, summary }: ProviderError) {
  return { detail, summary };
}

function openingOf(
  states: readonly ObjectValue[],
  look: (state: ObjectValue) => void,
): ProviderError | undefined {
  try {
    states.forEach(look);
  } catch (error) {
    if (error instanceof ProviderError) return error;
    throw error;
  }
  return undefined;
}

/**
 * What a destroy leaves that is refused.
 *
 * @param kept what does not happen then
 * @param done what does with a yes
 */
export function refusedWords(
  { isAsked, summary }: RefusedDestroy,
  kept: string,
  done: string,
): string {
  return isAsked
    ? `${done} where npm run destroy asks at a terminal and gets a yes; unasked, it is refused. ${summary}`
    : `${kept}: a destroy is refused. ${summary}`;
}

/**
 * What somebody has changed of it since, which the next deploy writes over, and
 * what a destroy does now.
 *
 * @param state what the state knows of it
 * @param now ids of what the account has no more, of those that it names, and
 *   the reusable policies that it has
 */
export function deployed(
  application: Application,
  state: Values,
  now: {
    readonly missing?: ReadonlySet<string>;
    readonly policies?: readonly JsonObject[];
  } = {},
): SinceDeploy {
  const found = isJsonObject(application) ? application : {};
  const previous = documentIn(state["previous"]);
  const changed = changedSince(state, found);
  const { back, gone, isWithoutLogin, theirs, touched } = returnOf(
    state,
    found,
    now.missing,
  );
  const written = namesOf({ policies: newOwnOf(found, previous) });
  const rest = [
    ...[...theirs, ...written.map((name) => `its policy "${name}"`)].map(
      (name) => `${name}, which stays`,
    ),
    ...changedPolicies(back, [
      ...policiesOf(found),
      ...(now.policies ?? []),
    ]).map(
      ({ name }) =>
        `the policy "${String(name)}", which somebody has changed, and which stays so`,
    ),
    ...gone.policies.map(
      ({ name }) => `the policy "${String(name)}", which somebody has deleted`,
    ),
    ...gone.loginMethods.map(
      (id) => `the login method ${id}, which somebody has deleted`,
    ),
  ];
  const closes = gone.policies.length > 0 && policiesOf(back).length === 0;
  const isGivenBack = changed.length > 0 && isAsBefore(found, previous);
  const asBefore = wasTakenBefore(previous)
    ? "as it is, without the stack's policies: what it was before the first deploy is not known"
    : alikeIn(state)
      ? "as the first deploy of this state found it: it listed policies with names of the stack's, and if a deploy whose state is lost made them, what it was before is not known"
      : AS_BEFORE;
  return {
    isTouched: changed.length > 0 || rest.length > 0,
    why: isGivenBack
      ? "as before the first deploy, which a destroy that was cut off has put back; a deploy writes what the stack states again"
      : changed.length > 0
        ? "deployed, and changed by somebody since; a deploy writes what the stack states again"
        : "deployed: its id and audience are as they were",
    changes: changed.map((name) => changeOf(name, found, state)),
    afterDestroy:
      touched.length > 0
        ? `not given back: a destroy stops at ${touched.join(", ")}, so deploy first, or set that as it was`
        : isWithoutLogin
          ? "not given back: none of its login methods is there any more, and a destroy stops"
          : rest.length > 0
            ? `${asBefore}, but for ${rest.join("; ")}${closes ? ": it then admits nobody" : ""}`
            : asBefore,
  };
}

function changeOf(attribute: string, found: JsonObject, state: Values) {
  const document = documentIn(state["document"]);
  return attribute === "policies"
    ? {
        attribute,
        before: namesOf(found).join(", "),
        after: `those of the stack (${policiesIn(state).length})`,
      }
    : {
        attribute,
        before: shown(found[attribute]),
        after: shown(document[attribute]),
      };
}
