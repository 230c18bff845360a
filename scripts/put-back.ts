import { printable } from "../base/printable";
import type { Stack } from "../deployment/stacks";
import type { ResourceChange } from "../deployment/terraform";
import { tokenDemand } from "../ingress/token-demand";
import { replacedRule } from "../providers/tunnel-route/route";
import type { ObjectValue } from "../terraform-plugin/value";

/**
 * Tells, where nobody is asked and so shown the review, which rules a destroy
 * puts back that demand no login.
 */
export function tellPutBack(
  { name }: Pick<Stack, "name">,
  changes: readonly ResourceChange[],
  say: (line: string) => void,
): void {
  for (const { actions, before, type } of changes) {
    if (type !== "tunnel_route" || actions.join() !== "delete") continue;
    const values = (before ?? {}) as ObjectValue;
    const back =
      values["on_destroy"] === "remove" ? null : replacedRule(values);
    if (
      back === null ||
      tokenDemand(back) !== undefined ||
      back.service?.startsWith("http_status:")
    )
      continue;
    const place = [values["hostname"], values["path"]]
      .filter((part) => typeof part === "string" && part !== "")
      .join(" ");
    say(
      printable(
        `${name}: warning: ${place}: the rule from before the first deploy comes back, to ${back.service ?? "nothing"}, and demands no login: the host is public again unless another application covers it`,
      ),
    );
  }
}
