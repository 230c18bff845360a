import type { Application } from "../access/model";
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
import type { JsonObject } from "../providers/tunnel-route/json";
import { documentOf, rowOf } from "./one-application";
import { AS_BEFORE, type Change, type Row, type Scene } from "./survey";

type Values = Readonly<Record<string, unknown>>;

/** The row of an application that is taken over and deployed. */
export async function deployedRow(
  { account }: Pick<Scene, "account">,
  application: Application,
  state: Values,
): Promise<Row> {
  const [policies, methods] = await Promise.all([
    account.policies(),
    account.loginMethods(),
  ]);
  const ids = [...policies, ...methods].map(({ id }) => id);
  return deployed(application, state, {
    missing: missingIn(state, ids),
    policies: policies as unknown as readonly JsonObject[],
  });
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
): Row {
  const found = documentOf(application);
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
    ...rowOf(application),
    becomes: "taken over",
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

function changeOf(attribute: string, found: JsonObject, state: Values): Change {
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
