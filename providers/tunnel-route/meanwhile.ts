import { tokenDemand } from "../../ingress/token-demand";
import type { IngressRule } from "../../ingress/rule";
import type { ObjectValue } from "../../terraform-plugin/value";
import { sameRule } from "./document";
import type { Entry } from "./journal";
import { isJsonObject, meaning, type JsonObject } from "./json";

/** What somebody has changed of a rule of ours since it was written. */
export interface Meanwhile {
  /** The rule from before, with what they changed in it. */
  readonly rule: IngressRule | null;
  /** What they changed and is kept: `noTLSVerify`. */
  readonly kept: readonly string[];
  /** What they changed and is as before the first deploy again. */
  readonly lost: readonly string[];
}

/** What a destroy that began earlier has put in front is not ours. */
export function writtenBy(entry: Entry | undefined): readonly IngressRule[] {
  const written = entry?.written ?? [];
  return entry?.leaving ? written.slice(1) : written;
}

/**
 * The rule that a destroy puts back: what somebody changed of ours meanwhile is
 * carried over to it. Undefined where nothing was changed, or nothing tells.
 *
 * @param back the rule from before the first of ours; null: there was none
 */
export function changedSince(
  found: IngressRule,
  back: IngressRule | null,
  entry: Entry | undefined,
): Meanwhile | undefined {
  const written = writtenBy(entry);
  const ours = written.at(-1);
  if (ours === undefined || written.some((rule) => sameRule(rule, found)))
    return undefined;
  const settings = changesIn(settingsOf(ours), settingsOf(found));
  const fields = changesIn(fieldsOf(ours), fieldsOf(found));
  const names = [...Object.keys(fields), ...Object.keys(settings)];
  const isChecked =
    meaning(accessOf(ours) ?? null) !== meaning(accessOf(found) ?? null);
  const check = isChecked ? ["access"] : [];
  if (back === null)
    return { rule: null, kept: [], lost: [...names, ...check] };
  const access = isChecked
    ? withMore(
        accessOf(back),
        tokenDemand(found)?.auds,
        tokenDemand(ours)?.auds,
      )
    : undefined;
  const originRequest = without({
    ...back.originRequest,
    ...settings,
    ...(access && { access }),
  });
  return {
    rule: {
      ...without({ ...back, ...fields, originRequest: null }),
      ...(Object.keys(originRequest).length > 0 && { originRequest }),
    },
    kept: [...names, ...(access ? check : [])],
    lost: access ? [] : check,
  };
}

/** What a destroy does with a rule that somebody has changed. */
export function doneBy({ kept, lost, rule }: Meanwhile): string {
  const parts = [
    rule === null
      ? "the rule is removed"
      : `the previous rule is restored${kept.length > 0 ? `, with what they changed: ${kept.join(", ")}` : ""}`,
    ...(lost.length > 0 ? [`lost: ${lost.join(", ")}`] : []),
  ];
  return parts.join("; ");
}

/** Begins `drift` where no journal tells what we wrote. */
export const CHANGED = "somebody has changed it since the last deploy";

/** In `drift` where another rule takes all of its requests. */
export const UNREACHED = "no request reaches it";

/** `drift` where a destroy finds no rule: it has one to tell of, and none to take out. */
export const REMOVED = "somebody has removed it";

/** Whether somebody changed a rule, and without a journal nothing tells what. */
export function isChangeUntold(
  { drift }: ObjectValue,
  entry: Entry | undefined,
): boolean {
  return (
    entry === undefined &&
    typeof drift === "string" &&
    drift.startsWith(CHANGED)
  );
}

/** The fields of `after` that are other than before; null for one that is gone. */
function changesIn(before: JsonObject, after: JsonObject): JsonObject {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return Object.fromEntries(
    [...names]
      .filter(
        (name) =>
          meaning(before[name] ?? null) !== meaning(after[name] ?? null),
      )
      .map((name) => [name, after[name] ?? null]),
  );
}

/** A check of the JWT with the audiences that somebody added; it never gets weaker. */
function withMore(
  access: JsonObject | undefined,
  found: readonly string[] = [],
  ours: readonly string[] = [],
): JsonObject | undefined {
  const tags = access?.["audTag"];
  const more = found.filter((aud) => !ours.includes(aud));
  return access?.["required"] === true && Array.isArray(tags) && more.length > 0
    ? { ...access, audTag: [...new Set([...(tags as unknown[]), ...more])] }
    : undefined;
}

function settingsOf({ originRequest }: IngressRule): JsonObject {
  return Object.fromEntries(
    Object.entries(originRequest ?? {}).filter(([name]) => name !== "access"),
  );
}

function fieldsOf(rule: IngressRule): JsonObject {
  return Object.fromEntries(
    Object.entries(rule).filter(
      ([name]) => !["hostname", "path", "originRequest"].includes(name),
    ),
  );
}

function accessOf({ originRequest }: IngressRule): JsonObject | undefined {
  const access = originRequest?.["access"];
  return isJsonObject(access) ? access : undefined;
}

function without(object: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(object).filter(([, value]) => value != null),
  );
}
