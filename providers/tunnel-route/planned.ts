import type { IngressRule } from "../../ingress/rule";
import { excludeEachOther } from "../../ingress/shadow";
import { OF_PLAN } from "../../base/plan-note";
import type { Client } from "./client";
import type { Entry } from "./journal";
import { terraformRun } from "./process";
import { printId, type RouteId } from "./route";

/**
 * `terraform apply` plans, asks, and has each resource planned once more while
 * it applies. Should the tunnel have changed meanwhile, the second plan differs
 * from the first and Terraform stops with words about a bug in the provider. So
 * a plan leaves a note for the second one of the same Terraform process, which
 * then says itself what has changed. (A plan saved to a file is applied by
 * another process: there Terraform's words remain.)
 */
export function notePlan(
  id: RouteId,
  previous: IngressRule | null,
  { journal }: Client,
): void {
  const run = terraformRun();
  if (run === undefined) return;
  try {
    journal.write({ id: noteId(id), claim: run, previous, written: [] });
  } catch {
    // A plan must do without a folder to write to; only the words get worse.
  }
}

/** What an earlier plan of the same Terraform process has noted. */
export function earlierPlan(id: RouteId, { journal }: Client) {
  const note: Entry | undefined = journal.read(noteId(id));
  return note?.claim === terraformRun() ? note : undefined;
}

export function forgetPlan(id: RouteId, { journal }: Client): void {
  journal.remove(noteId(id));
}

/**
 * A route of the same plan that would leave this one nothing, and that this one
 * would leave nothing. Every apply would move one before the other.
 */
export function rivalOf(id: RouteId, { routes }: Client): RouteId | undefined {
  const { accountId, tunnelId, hostname } = id;
  const host = [accountId, tunnelId, hostname].join("/");
  const others = routes.get(host) ?? new Map<string, RouteId>();
  routes.set(host, others.set(printId(id), id));
  return [...others.values()].find(
    (other) =>
      other.path !== id.path && excludeEachOther(targetOf(other), targetOf(id)),
  );
}

function targetOf({ hostname, path }: RouteId) {
  return { hostname, path };
}

function noteId(id: RouteId): string {
  return `${OF_PLAN}${printId(id)}`;
}
