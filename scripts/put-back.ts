import { publicDestinations } from "../access/match-application";
import type { AccessAccount, Application } from "../access/model";
import { onceGone } from "../access/once-gone";
import { isOfHost, isWholeHost } from "../access/whole-host";
import { NotKnown } from "../account/not-known";
import { EXISTING_APPLICATION } from "../base/existing-application";
import { printable } from "../base/printable";
import { TUNNEL_RECORD } from "../base/tunnel-record";
import { APPLICATION } from "../deployment/leftovers";
import type { Stack } from "../deployment/stacks";
import type { ResourceChange } from "../deployment/terraform";
import { tokenDemand } from "../ingress/token-demand";
import { recordsIn } from "../providers/dns-record/former";
import { REMOVED } from "../providers/tunnel-route/meanwhile";
import { restoredRule } from "../providers/tunnel-route/route";
import type { ObjectValue } from "../terraform-plugin/value";

/**
 * Tells, where nobody is asked and so shown the review, which records and rules
 * a destroy puts back by which requests come in without a login, and who gets in.
 *
 * @param account reads what decides who gets in; called where that is to be told
 */
export async function tellPutBack(
  { name }: Pick<Stack, "name">,
  changes: readonly ResourceChange[],
  account: () => Promise<AccessAccount>,
  say: (line: string) => void,
): Promise<void> {
  const protectedAgain = changes.flatMap(({ before, type }) =>
    type === EXISTING_APPLICATION ? [String(before?.["hostname"])] : [],
  );
  const leadAway = new Set<string>();
  for (const { actions, before, type } of changes) {
    if (type !== TUNNEL_RECORD || actions.join() !== "delete") continue;
    const former = recordsIn(before?.["previous"]);
    // What somebody has changed since stays so.
    if (former.length === 0 || typeof before?.["drift"] === "string") continue;
    const host = String(before?.["name"]);
    leadAway.add(host);
    const past = former.filter(({ proxied }) => !proxied);
    if (past.length > 0)
      say(
        printable(
          `${name}: warning: ${host}: the record from before the first deploy comes back, ${past.map(({ content, type: kind }) => `${kind} ${content}`).join(" and ")}, and is not proxied: Access sees no request then, and whoever answers there decides who gets in`,
        ),
      );
  }
  for (const { actions, before, type } of changes) {
    if (type !== "tunnel_route" || actions.join() !== "delete") continue;
    const values = (before ?? {}) as ObjectValue;
    if (values["drift"] === REMOVED) continue;
    if (leadAway.has(String(values["hostname"]))) continue;
    const back = restoredRule(values);
    if (
      back === null ||
      tokenDemand(back) !== undefined ||
      back.service?.startsWith("http_status:")
    )
      continue;
    const place = [values["hostname"], values["path"]]
      .filter((part) => typeof part === "string" && part !== "")
      .join(" ");
    const who = protectedAgain.includes(String(values["hostname"]))
      ? "the application that was there before decides who gets in"
      : await whoThen(values, changes, account);
    say(
      printable(
        `${name}: warning: ${place}: the rule from before the first deploy comes back, to ${back.service ?? "nothing"}, and demands no login: ${who}`,
      ),
    );
  }
}

/** Who gets to a host once the applications that are deleted with its route are gone. */
async function whoThen(
  { hostname, path }: ObjectValue,
  changes: readonly ResourceChange[],
  account: () => Promise<AccessAccount>,
): Promise<string> {
  const host = String(hostname);
  const gone = changes.flatMap(({ actions, before, type }) =>
    type === APPLICATION && actions.includes("delete")
      ? [String(before?.["id"])]
      : [],
  );
  const isGone = ({ id }: Application) => gone.includes(String(id));
  try {
    const access = await account();
    const onPaths = access.applications.some(
      (one) =>
        !isGone(one) &&
        publicDestinations(one).some(
          ({ uri }) =>
            isOfHost(uri ?? "", host) && !isWholeHost(uri ?? "", host),
        ),
    );
    return path && onPaths
      ? "what of it no application covers then is public"
      : onceGone(access, host, isGone);
  } catch (error) {
    if (!(error instanceof NotKnown)) throw error;
    return `whether an application covers it then was not checked, and without one it is public: ${error.message}`;
  }
}
