import { EXISTING_APPLICATION } from "../base/existing-application";
import {
  differing,
  documentIn as readDocument,
  settingsOf,
  shown,
} from "../providers/existing-application/document";
import type { SettingChange } from "./change";
import type { ResourceJson } from "./plan-json";
import { isObject } from "./references";

/**
 * What a plan does to it: it is there before the first deploy and after a
 * destroy, so that it is changed both times and never made or deleted.
 */
export function existingAsUpdate(one: ResourceJson): ResourceJson {
  if (one.type !== EXISTING_APPLICATION) return one;
  const { actions, after, before } = one.change;
  if (actions.join() === "create" && isObject(after))
    return withChange(one, {
      actions: ["update"],
      before: { id: after["id"], previous: after["previous"], given: true },
    });
  if (actions.join() === "delete" && isObject(before))
    return withChange(one, {
      actions: ["update"],
      after: { id: before["id"], previous: before["previous"], given: true },
      after_unknown: {},
      after_sensitive: {},
    });
  return one;
}

function withChange(
  one: ResourceJson,
  change: Partial<ResourceJson["change"]>,
): ResourceJson {
  return { ...one, change: { ...one.change, ...change } };
}

/** Its values as those of an application. */
export function applicationIn(
  values: Record<string, unknown>,
): Record<string, unknown> {
  const previous = documentIn(values["previous"]);
  if (values["given"] === true) return previous;
  const own = policiesOf(previous).filter(
    (policy) => isObject(policy) && policy["reusable"] !== true,
  );
  const { id, aud, policies } = values;
  const listed = Array.isArray(policies)
    ? policies.map((policy: unknown) =>
        typeof policy === "string" ? { id: policy } : policy,
      )
    : [];
  return {
    ...documentIn(values["document"]),
    former: previous,
    id,
    aud,
    policies: [...own, ...listed].map((policy, index) =>
      isObject(policy) ? { ...policy, precedence: index + 1 } : policy,
    ),
  };
}

/** Settings of it that a plan changes; none where nobody can tell them yet. */
export function settingChanges(
  before: Record<string, unknown>,
  after: Record<string, unknown>,
): SettingChange[] {
  const [was, is] = [before, after].map(({ document, given, previous }) => {
    const text = given === true ? previous : document;
    return typeof text === "string"
      ? settingsOf(readDocument(text))
      : undefined;
  });
  return was && is
    ? differing(was, is).map((attribute) => ({
        attribute,
        before: shown(was[attribute] ?? undefined),
        after: shown(is[attribute] ?? undefined),
      }))
    : [];
}

function policiesOf({ policies }: Record<string, unknown>): unknown[] {
  return Array.isArray(policies) ? policies : [];
}

function documentIn(text: unknown): Record<string, unknown> {
  if (typeof text !== "string") return {};
  const document: unknown = JSON.parse(text);
  return isObject(document) ? document : {};
}
