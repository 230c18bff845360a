import { findAnsweringRule } from "../../ingress/match";
import { takesEveryHost, type IngressRule } from "../../ingress/rule";
import { sameHosts } from "../../ingress/shadow";
import { tokenDemand } from "../../ingress/token-demand";
import { withoutRule } from "../../providers/tunnel-route/document";
import { resourcesOf, type Change, type Route } from "../change";

/**
 * What closes a host which the rule that a destroy puts back leaves open;
 * undefined where nothing that is known does.
 *
 * @param route a route of the host
 * @param isCovered whether an application is for the host then
 * @param toLeaveNone what is to be done where no other rule takes the host then
 */
export function toClose(
  { after, plans }: Change,
  { hostname, tunnel_id }: Route,
  isCovered: boolean,
  toLeaveNone: string,
): string | undefined {
  const own = resourcesOf(plans, "route").flatMap((one) => {
    const route = one.after ?? one.before;
    return route?.hostname === hostname ? [route] : [];
  });
  const { rules = [] } = after.tunnels.find(({ id }) => id === tunnel_id) ?? {};
  const rest = own.reduce((left, one) => withoutRule(left, one, null), [
    ...rules,
  ] as typeof rules);
  const answering = (some: readonly IngressRule[]) => {
    const rule = some[findAnsweringRule(some, hostname, "/")];
    return rule === undefined ||
      tokenDemand(rule) !== undefined ||
      rule.service?.startsWith("http_status:")
      ? undefined
      : rule;
  };
  const first = answering(rest);
  // With another rule of the host gone as well, a wider one may take it.
  const next =
    first &&
    (answering(rest.filter((rule) => !sameHosts(rule, { hostname }))) ?? first);
  if (next === undefined) return toLeaveNone;
  const taken = `takes it, to ${next.service ?? "nothing"}, and checks no JWT`;
  const wider = takesEveryHost(next)
    ? hostname.replace(/^[^.]*/, "*")
    : next.hostname?.startsWith("*.")
      ? next.hostname
      : undefined;
  if (wider !== undefined && isCovered) return undefined;
  return wider === undefined
    ? `${toLeaveNone}, and take the other rule for ${hostname} out of the tunnel, which then ${taken}`
    : `make an application for ${wider} first, which is for its other hosts too: with onDestroy: "remove" the rule for ${takesEveryHost(next) ? "every host" : wider} ${taken}`;
}
