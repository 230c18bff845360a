import { matchesHostname } from "../ingress/match";
import type { IngressRule } from "../ingress/rule";
import { sameHosts } from "../ingress/shadow";
import { tokenDemand, type TokenDemand } from "../ingress/token-demand";
import { shadowOf } from "../providers/tunnel-route/document";
import { isJsonObject } from "../providers/tunnel-route/json";

/**
 * The tunnel's rules with which two applications can decide for a host: where
 * the connector takes the JWT of one for it, it takes that of the other as well.
 * A rule for more hosts stays as it is, as it would take the other's JWT for
 * all of them: the host gets a rule before it, with the same service and
 * settings.
 *
 * @param now audience of the one that decides so far
 * @param next that of the other
 */
export function demandingBoth(
  rules: readonly IngressRule[],
  hostname: string,
  now: string,
  next: string,
): readonly IngressRule[] {
  const all: IngressRule[] = [];
  for (const rule of rules) {
    const demand = tokenDemand(rule);
    const own = sameHosts(rule, { hostname })
      ? rule
      : matchesHostname(rule, hostname)
        ? { ...rule, hostname }
        : undefined;
    const isShort =
      own !== undefined &&
      demand !== undefined &&
      demand.auds.includes(now) &&
      !demand.auds.includes(next) &&
      shadowOf([...all, own], all.length) === undefined;
    if (isShort) all.push(alsoDemanding(own, demand, next));
    if (!isShort || own !== rule) all.push(rule);
  }
  return all;
}

/** Go's JSON takes keys in any case of letters: all that say the same become one. */
function alsoDemanding(
  rule: IngressRule,
  { auds, team }: TokenDemand,
  aud: string,
): IngressRule {
  const settings = Object.entries(rule.originRequest ?? {});
  const isAccess = ([name]: readonly [string, unknown]) =>
    name.toLowerCase() === "access";
  const said = settings
    .filter(isAccess)
    .flatMap(([, access]) => (isJsonObject(access) ? [access] : []));
  const others = Object.entries(Object.assign({}, ...said) as object).filter(
    ([name]) => !/^(required|teamname|audtag)$/i.test(name),
  );
  return {
    ...rule,
    originRequest: {
      ...Object.fromEntries(settings.filter((one) => !isAccess(one))),
      access: {
        required: true,
        teamName: team,
        audTag: [...auds, aud],
        ...Object.fromEntries(others),
      },
    },
  };
}
