import type { IngressRule } from "../../ingress/rule";
import {
  UNKNOWN,
  type ObjectValue,
  type Value,
} from "../../terraform-plugin/value";
import { sameRule } from "./document";
import { isJsonObject, parseJson, printJson } from "./json";
import { fromOriginRequest, toOriginRequest } from "./origin-request";

/** Which rule of which tunnel a route is. */
export interface RouteId {
  readonly accountId: string;
  readonly tunnelId: string;
  readonly hostname: string;
  /** `null`: every path. */
  readonly path: string | null;
}

/** A route's id, or undefined while a part of it is unknown. */
export function routeId(values: ObjectValue): RouteId | undefined {
  const { account_id, tunnel_id, hostname, path } = values;
  return typeof account_id === "string" &&
    typeof tunnel_id === "string" &&
    typeof hostname === "string" &&
    (path === null || typeof path === "string")
    ? {
        accountId: account_id,
        tunnelId: tunnel_id,
        hostname,
        path: path || null,
      }
    : undefined;
}

/** `account/tunnel/hostname[/path]`; a path may hold slashes. */
export function printId({ accountId, tunnelId, hostname, path }: RouteId) {
  return [accountId, tunnelId, hostname, ...(path ? [path] : [])].join("/");
}

/** Undefined where the text is no id. */
export function parseId(text: string): RouteId | undefined {
  const [, accountId, tunnelId, hostname, path] =
    /^([^/]+)\/([^/]+)\/([^/]+)(?:\/(.+))?$/s.exec(text) ?? [];
  return accountId && tunnelId && hostname
    ? { accountId, tunnelId, hostname, path: path ?? null }
    : undefined;
}

/** The ingress rule that a route's attributes describe. */
export function toRule(values: ObjectValue): IngressRule {
  const originRequest = toOriginRequest(values);
  return {
    hostname: String(values["hostname"]),
    ...(values["path"] ? { path: String(values["path"]) } : {}),
    service: String(values["service"]),
    ...(originRequest && { originRequest }),
  };
}

/**
 * A state brought up to date with the rule that stands there. Where the rule
 * means what the state says, the state's own spelling stays.
 */
export function refreshed(state: ObjectValue, rule: IngressRule): ObjectValue {
  if (sameRule(toRule(state), rule)) return state;
  return {
    ...state,
    service: typeof rule.service === "string" ? rule.service : "",
    origin_request: fromOriginRequest(rule.originRequest, state),
  };
}

/** Audience tags that a rule asks for; what is still unknown is left out. */
export function audTags(rule: IngressRule): string[] {
  const access = rule.originRequest?.["access"];
  const tags = isJsonObject(access) ? access["audTag"] : null;
  return Array.isArray(tags)
    ? tags.filter((tag): tag is string => typeof tag === "string")
    : [];
}

/** Whether a rule asks for one of the same applications as ours. */
export function carriesAudOf(rule: IngressRule, ours: IngressRule): boolean {
  const tags = audTags(ours);
  return audTags(rule).some((tag) => tags.includes(tag));
}

/** The rule in `replaced_rule`; null where there was none. */
export function replacedRule(values: ObjectValue): IngressRule | null {
  const text = values["replaced_rule"];
  if (typeof text !== "string") return null;
  return parseJson(text) as IngressRule;
}

/** The one that a destroy puts back, where nobody has changed ours since. */
export function formerRule(values: ObjectValue): IngressRule | null {
  return values["on_destroy"] === "remove" ? null : replacedRule(values);
}

/** The one that a destroy puts back, as the last refresh knows. */
export function restoredRule(values: ObjectValue): IngressRule | null {
  const text = values["restored_rule"];
  return typeof text === "string"
    ? (parseJson(text) as IngressRule)
    : formerRule(values);
}

export function printRule(rule: IngressRule | null): string | null {
  return rule && printJson(rule);
}

/** Whether the plan could not tell a value. */
export function isUnknown(value: Value | undefined): boolean {
  return value === UNKNOWN;
}
