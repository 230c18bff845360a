import { namedTunnel } from "../../dns/tunnel-name";
import { replaceRecord } from "../../dns/replace-record";
import {
  ProviderError,
  type Diagnostics,
} from "../../terraform-plugin/provider";
import type { Value } from "../../terraform-plugin/value";
import { isJsonObject, parseJson, printJson } from "../tunnel-route/json";
import type { HostRecord } from "./api";

type Shown = Omit<HostRecord, "id" | "whole">;

/** Where a record leads, for people. */
export function shown(record: Shown): string {
  const { content, proxied, type } = record;
  const tunnel = namedTunnel(record) === undefined ? "" : "a tunnel, ";
  return `${type} ${content} (${tunnel}${proxied ? "proxied" : "not proxied"})`;
}

function listed(records: readonly Shown[]): string {
  return records.map(shown).join(", ") || "nothing";
}

/** Whole, a line for each. */
function printed(records: readonly HostRecord[]): string {
  return records.map(({ whole }) => printJson(whole)).join("\n");
}

export function leadsElsewhere(
  name: string,
  there: readonly Shown[],
  content: string,
): ProviderError {
  const [only] = there;
  const unproxied = there.length === 1 && only?.content === content;
  return new ProviderError(
    unproxied
      ? `The DNS record of ${name} is not proxied, so that nobody reaches the tunnel by it`
      : `${name} leads elsewhere already: ${listed(there)}`,
    `Nothing was written. The host needs one record, a proxied CNAME to ${content}. ${replaceRecord(there, content)}`,
  );
}

export function isDelegated(name: string): ProviderError {
  return new ProviderError(
    `${name} has NS records: other name servers answer for it`,
    "Nothing was written. Give the service another hostname, or let its own zone lead the host to the tunnel.",
  );
}

export function isManagedElsewhere(
  name: string,
  record: HostRecord,
): ProviderError {
  return new ProviderError(
    `The DNS record of ${name}, ${shown(record)}, belongs to another product of Cloudflare's, which alone can change it`,
    "Nothing was written. Give the service another hostname, or take the host out of that product (a custom domain of a Worker, Pages, R2): its record then goes with it.",
  );
}

/** What the plan of a deploy says of records that ours takes the place of. */
export function tellOfReplacing(
  diagnostics: Diagnostics,
  name: string,
  way: readonly HostRecord[],
  content: string,
): void {
  const addresses = way.filter(({ type }) => ["A", "AAAA"].includes(type));
  diagnostics.warn(
    `${name} leads elsewhere today, and to the tunnel from then on: ${listed(way)}`,
    [
      `Whoever uses what it leads to now does not find it by this name any more. A proxied CNAME to ${content} takes its place, in one step, after all that protects the host. A destroy puts back, before all else:`,
      printed(way),
      ...(addresses.length > 0
        ? [
            `This closes nothing at ${addresses.map(({ content: address }) => address).join(" and ")}: if the service answers there, it still does for whoever knows the address.`,
          ]
        : []),
    ].join("\n"),
  );
}

export function tellOfReturn(
  diagnostics: Diagnostics,
  name: string,
  former: readonly HostRecord[],
): void {
  diagnostics.warn(
    `The destroy puts back where ${name} led before: ${listed(former)}`,
    `In one step, before all else:\n${printed(former)}`,
  );
}

/** What somebody has put in the place of ours stays. */
export function tellOfLeaving(
  diagnostics: Diagnostics,
  name: string,
  there: readonly HostRecord[],
  former: readonly HostRecord[],
  command: "deploy" | "destroy",
): void {
  diagnostics.warn(
    `Somebody has changed where ${name} leads since a deploy, to ${listed(there)}; what was there before is not put back: ${listed(former)}`,
    `${command === "destroy" ? "The destroy leaves theirs as it is" : "Theirs is what counts from now on"}. What was there before the first deploy:\n${printed(former)}`,
  );
}

/** @param added what somebody has set on ours, in JSON */
export function tellOfLost(
  diagnostics: Diagnostics,
  name: string,
  added: Value | undefined,
): void {
  const set = typeof added === "string" ? parseJson(added) : null;
  if (!isJsonObject(set)) return;
  const fields = Object.entries(set).map(
    ([field, value]) => `${field} ${printJson(value)}`,
  );
  diagnostics.warn(
    `The destroy drops what somebody has set on the DNS record of ${name}: ${fields.join(", ")}`,
    "It goes with the stack's record.",
  );
}

/** The code says no more that it replaces them. */
export function tellOfKept(
  diagnostics: Diagnostics,
  name: string,
  former: readonly HostRecord[],
): void {
  diagnostics.warn(
    `The DNS record of ${name} goes on standing in the place of ${listed(former)}`,
    '"replace" is out of the code, and changes nothing of that: a destroy puts back what was there.',
  );
}

export function wouldForget(
  name: string,
  former: readonly HostRecord[],
): ProviderError {
  return new ProviderError(
    `The DNS record of ${name} stands in the place of ${listed(former)}, and "existing" would forget that`,
    `Nothing was written. Leave dnsRecord: "replace" in main.ts: a destroy then puts back what was there. ${NO_EXISTING}`,
  );
}

const NO_EXISTING =
  'ACCESS_DNS_RECORDS="existing" says the same of every service that says nothing itself.';

/** One that a person says is the stack's. */
export function tellOfUnknown(diagnostics: Diagnostics, name: string): void {
  diagnostics.warn(
    `The destroy deletes the DNS record of ${name}`,
    "Nothing tells whether it took the place of another: if so, that one is not put back.",
  );
}

export function isThereAlready(name: string, there: Shown): ProviderError {
  return new ProviderError(
    `${name} has a DNS record already, ${shown(there)}, and dnsRecord: "create" would create another`,
    `Nothing was written. Leave dnsRecord out of main.ts and ACCESS_DNS_RECORDS out of the settings: the record is right, and is then used as it is.`,
  );
}

export function isNotThere(name: string): ProviderError {
  return new ProviderError(
    `${name} has no DNS record, and "existing" makes none`,
    "Nothing was written. Leave dnsRecord out of main.ts and ACCESS_DNS_RECORDS out of the settings: the deploy then makes the record, once the host is protected.",
  );
}

export function changedSincePlan(name: string): ProviderError {
  return new ProviderError(
    `The DNS record of ${name} has changed since the plan; nothing was written`,
    "Run the same command again.",
  );
}

export function tellOfUse(
  diagnostics: Diagnostics,
  name: string,
  id: string,
  ownership: Value | undefined,
): void {
  diagnostics.warn(
    `${name} has a DNS record that leads to this tunnel: it is used as it is`,
    `No deploy changes it, and a destroy leaves it. If an earlier deploy made it and its state is lost, first run npm run adopt -- SERVICE --ours ${id}: it is then the stack's again, and a destroy deletes it${ownership === "replace" ? "; what that deploy replaced is lost with the state, and is not put back" : ""}.`,
  );
}

export function tellOfStay(diagnostics: Diagnostics, name: string): void {
  diagnostics.warn(
    `The DNS record of ${name} stays`,
    "It was there before the first deploy, and is only used.",
  );
}

export function tellOfRelease(diagnostics: Diagnostics, name: string): void {
  diagnostics.warn(
    `The DNS record of ${name} is no longer the stack's`,
    "It stays as it is, and a destroy leaves it.",
  );
}
