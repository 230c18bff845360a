import { DELETE_RECORD, makeRoom } from "../../dns/delete-record";
import { namedTunnel } from "../../dns/tunnel-name";
import {
  ProviderError,
  type Diagnostics,
} from "../../terraform-plugin/provider";
import type { HostRecord } from "./api";

/** Where a record leads, for people. */
function shown(record: HostRecord): string {
  const { content, proxied, type } = record;
  const tunnel = namedTunnel(record) === undefined ? "" : "a tunnel, ";
  return `${type} ${content} (${tunnel}${proxied ? "proxied" : "not proxied"})`;
}

export function leadsElsewhere(
  name: string,
  there: readonly HostRecord[],
  content: string,
): ProviderError {
  const [only] = there;
  const unproxied = there.length === 1 && only?.content === content;
  return new ProviderError(
    unproxied
      ? `The DNS record of ${name} is not proxied, so that nobody reaches the tunnel by it`
      : `${name} leads elsewhere already: ${there.map(shown).join(", ")}`,
    `Nothing was written. The host needs one record, a proxied CNAME to ${content}. ${makeRoom(name, there, content, DELETE_RECORD)}`,
  );
}

export function isThereAlready(name: string, there: HostRecord): ProviderError {
  return new ProviderError(
    `${name} has a DNS record already, ${shown(there)}, and "create" wants to make it`,
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
): void {
  diagnostics.warn(
    `${name} has a DNS record that leads to this tunnel: it is used as it is`,
    `No deploy changes it, and a destroy leaves it. If an earlier deploy made it and its state is lost, first run npm run adopt -- SERVICE --ours ${id}: it is then the stack's again, and a destroy deletes it.`,
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
