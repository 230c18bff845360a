import { findAnsweringRule } from "../../ingress/match";
import type { IngressRule } from "../../ingress/rule";
import { originDifferences } from "../../providers/tunnel-route/origin-differences";
import { resourcesOf, type AccountState, type Route } from "../change";
import type { Finding, PlanLook } from "./finding";

type Settings = Readonly<Record<string, unknown>>;

/** What a value of an origin's setting means for safety, where it does. */
const LOWERED: readonly {
  readonly id: string;
  /** Whether it says nothing of a rule that is new. @default false */
  readonly ofChanges?: boolean;
  readonly text: (is: Settings, was: Settings) => string | undefined;
}[] = [
  {
    id: "origin-unverified",
    text: (is, was) =>
      is["noTLSVerify"] === true && was["noTLSVerify"] !== true
        ? "the connector does not check the service's certificate: anyone between them can read and answer requests"
        : undefined,
  },
  {
    id: "origin-name",
    ofChanges: true,
    text: (is, was) =>
      nameIn(is) !== nameIn(was)
        ? `the connector now expects the service's certificate to be for ${nameIn(is)} (was ${nameIn(was)})`
        : undefined,
  },
  {
    id: "origin-authority",
    ofChanges: true,
    text: (is, was) =>
      differs(is, was, "caPool")
        ? `for the service's certificate the connector now trusts ${authorityIn(is)} (was ${authorityIn(was)})`
        : undefined,
  },
  {
    id: "origin-chosen-by-visitor",
    text: (is, was) =>
      is["bastionMode"] === true && was["bastionMode"] !== true
        ? "visitors can choose which service they reach (bastionMode)"
        : undefined,
  },
  {
    id: "origin-proxy",
    text: (is, was) =>
      differs(is, was, "proxyType", "proxyAddress", "proxyPort") &&
      is["proxyType"]
        ? was["proxyType"] === is["proxyType"]
          ? `the connector's own proxy (${String(is["proxyType"])}) now listens elsewhere`
          : `the connector now opens a proxy of its own (${String(is["proxyType"])})`
        : undefined,
  },
  {
    id: "origin-networks",
    text: (is, was) =>
      differs(is, was, "ipRules") && allowsSome(is["ipRules"])
        ? "other networks can now be reached through the connector's proxy (ipRules)"
        : undefined,
  },
  {
    id: "origin-host-header",
    ofChanges: true,
    text: (is, was) =>
      differs(is, was, "httpHostHeader")
        ? `the service now sees ${headerIn(is)} in the Host header (was ${headerIn(was)})`
        : undefined,
  },
];

/** How the connector speaks to services: each setting that protects less, or reaches others. */
export const origins: PlanLook = ({ change: { before: account, plans } }) =>
  resourcesOf(plans, "route").flatMap(
    ({ action, after, before }): Finding[] => {
      if (after === undefined || action === "no-op" || action === "forget")
        return [];
      const earlier = before?.rule ?? after.replaced ?? undefined;
      if (earlier !== undefined || after.path) return loweredBy(after, earlier);
      const today = ruleToday(after, account);
      return [
        ...loweredBy(after, undefined, today),
        ...(today ? unkept(after, today, account) : []),
      ];
    },
  );

/**
 * @param earlier a route that takes over a rule goes on from what that one had
 * @param today the rule that takes its requests so far
 */
function loweredBy(
  after: Route,
  earlier: IngressRule | undefined,
  today = earlier,
): Finding[] {
  const is = after.rule.originRequest ?? {};
  const was = today?.originRequest ?? {};
  const subject = [after.hostname, after.path].filter(Boolean).join(" ");
  return LOWERED.flatMap(({ id, ofChanges, text }) => {
    const said = ofChanges && !earlier ? undefined : text(is, was);
    return said === undefined
      ? []
      : [
          {
            id,
            severity: "warning",
            subject,
            text: said,
            remedy: "make sure this is intended",
          },
        ];
  });
}

/** The rule for more hosts that takes the requests of a new route; undefined where nothing answers. */
function ruleToday(
  { hostname, tunnel_id: id }: Route,
  { tunnels }: AccountState,
): IngressRule | undefined {
  const rules = tunnels.find((one) => one.id === id)?.rules ?? [];
  const rule = rules[findAnsweringRule(rules, hostname, "/")];
  return rule?.service?.startsWith("http_status:") ? undefined : rule;
}

/** Settings that it has and the new route does not. */
function unkept(
  { hostname, rule, tunnel_id: id }: Route,
  today: IngressRule,
  { tunnels }: AccountState,
): Finding[] {
  const defaults = tunnels.find((one) => one.id === id)?.defaults;
  const lost = originDifferences(today, rule, defaults).filter(
    ({ before }) => before !== undefined,
  );
  const said = lost.map(
    ({ after, before, name }) =>
      `${name} ${JSON.stringify(before)}${after === undefined ? "" : ` (will be ${JSON.stringify(after)})`}`,
  );
  return lost.length === 0
    ? []
    : [
        {
          id: "origin-settings-left",
          severity: "warning",
          subject: hostname,
          text: `the rule for ${today.hostname || "any host"}, which takes its requests today, has settings that the new rule does not keep: ${said.join(", ")}`,
          remedy: "set those that the service needs in origin",
        },
      ];
}

function differs(is: Settings, was: Settings, ...names: string[]): boolean {
  const of = (settings: Settings) =>
    JSON.stringify(names.map((name) => settings[name] || null));
  return of(is) !== of(was);
}

/** Whether rules for networks let anything through: without one they let nothing. */
function allowsSome(rules: unknown): boolean {
  return (
    Array.isArray(rules) &&
    rules.some((rule: { allow?: unknown } | null) => rule?.allow === true)
  );
}

function nameIn(settings: Settings): string {
  if (settings["matchSNItoHost"] === true) return "the visitor's host";
  return text(settings["originServerName"]) ?? "the service's own host";
}

function authorityIn(settings: Settings): string {
  return text(settings["caPool"]) ?? "the authorities of its system";
}

function headerIn(settings: Settings): string {
  return text(settings["httpHostHeader"]) ?? "the visitor's host";
}

function text(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}
