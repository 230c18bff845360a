import type { PlanRequest } from "../../../terraform-plugin/provider";
import { isObjectValue, sameValue } from "../../../terraform-plugin/types";
import {
  UNKNOWN,
  type ObjectValue,
  type Value,
} from "../../../terraform-plugin/value";
import { plain } from "../wire";

/** Keeps what only looks different, and what a change leaves as it is. */
export function planRecord({ planned, prior }: PlanRequest): ObjectValue {
  const plan = prior === null ? { ...planned } : planUpdate(planned, prior);
  const stamps = [
    ["comment", "comment_modified_on", isEmptyText],
    ["tags", "tags_modified_on", isEmptyList],
  ] as const;
  for (const [name, modifiedOn, isEmpty] of stamps) {
    if (plan[modifiedOn] !== UNKNOWN) continue;
    if (isEmpty(plan[name])) plan[modifiedOn] = null;
    else if (prior && same(plan[name], prior[name]))
      plan[modifiedOn] = prior[modifiedOn] ?? null;
  }
  return plan;
}

function planUpdate(planned: ObjectValue, prior: ObjectValue): ObjectValue {
  const plan = { ...planned };
  const keep = (name: string) => (plan[name] = prior[name] ?? null);

  if (isSameName(plan["name"], prior["name"])) keep("name");
  if (
    plan["type"] === "CNAME" &&
    sameLetters(plan["content"], prior["content"])
  )
    keep("content");

  const compared = [
    "name",
    "type",
    "ttl",
    "proxied",
    "priority",
    "comment",
    "data",
  ];
  const hasData = isObjectValue(plan["data"] ?? null);
  const changed =
    compared.some((name) => !same(plan[name], prior[name])) ||
    (!hasData && !same(plan["content"], prior["content"])) ||
    changesSettings(plan["settings"], prior["settings"]) ||
    changesTags(plan["tags"], prior["tags"]);

  for (const name of ["created_on", "proxiable", "meta"])
    if (plan[name] === UNKNOWN) keep(name);
  if (plan["modified_on"] === UNKNOWN && !changed) keep("modified_on");
  if (plan["content"] === UNKNOWN && hasData) keep("content");
  if (plan["tags"] === UNKNOWN && isEmptyList(prior["tags"])) keep("tags");
  if (!setsAnything(plan["settings"]) && !switchesOn(prior["settings"]))
    keep("settings");
  else if (!isObjectValue(plan["settings"] ?? null)) keep("settings");
  return plan;
}

/** `app` is the same as `app.example.com`, and `@` as `example.com`. */
function isSameName(planned: Value = null, prior: Value = null): boolean {
  if (typeof planned !== "string" || typeof prior !== "string") return false;
  if (planned === "@") return prior !== "@" && prior.includes(".");
  const [short, long] = [planned, prior].map((name) => name.replace(/\.$/, ""));
  return long!.startsWith(`${short}.`);
}

function sameLetters(planned: Value = null, prior: Value = null): boolean {
  return (
    typeof planned === "string" &&
    typeof prior === "string" &&
    planned.toLowerCase() === prior.toLowerCase()
  );
}

function changesTags(planned: Value = null, prior: Value = null): boolean {
  if (planned === UNKNOWN) return !isEmptyList(prior);
  if (isEmptyList(planned) && isEmptyList(prior)) return false;
  return !sameValue(["set", "string"], planned, prior);
}

function changesSettings(planned: Value = null, prior: Value = null): boolean {
  if (!setsAnything(planned)) return switchesOn(prior);
  return isObjectValue(prior) && !same(planned, prior);
}

function setsAnything(settings: Value = null): boolean {
  return (
    isObjectValue(settings) &&
    Object.values(settings).some((v) => v !== null && v !== UNKNOWN)
  );
}

function switchesOn(settings: Value = null): boolean {
  return isObjectValue(settings) && Object.values(settings).includes(true);
}

function isEmptyText(value: Value = null): boolean {
  return value === null || value === "";
}

function isEmptyList(value: Value = null): boolean {
  return value === null || (Array.isArray(value) && value.length === 0);
}

function same(a: Value = null, b: Value = null): boolean {
  return JSON.stringify(plain(a)) === JSON.stringify(plain(b));
}
