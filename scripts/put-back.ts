import { EXISTING_APPLICATION } from "../base/existing-application";
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
  const protectedAgain = changes.flatMap(({ before, type }) =>
    type === EXISTING_APPLICATION ? [String(before?.["hostname"])] : [],
  );
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
    const who = protectedAgain.includes(String(values["hostname"]))
      ? "the application that was there before decides who gets in"
      : "the host is public again unless another application covers it";
    say(
      printable(
        `${name}: warning: ${place}: the rule from before the first deploy comes back, to ${back.service ?? "nothing"}, and demands no login: ${who}`,
      ),
    );
  }
}
