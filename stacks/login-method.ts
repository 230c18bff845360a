import { isOneTimePin } from "../base/one-time-pin";
import type { IIdentityProvider } from "../constructs/identity-provider";
import { UsageError } from "../base/usage-error";

/**
 * A login method of a stack, for rules that ask for what it tells.
 *
 * @throws UsageError naming those that there are
 */
export function loginMethodNamed<T extends IIdentityProvider>(
  methods: ReadonlyMap<string, T>,
  name: string,
): T {
  const found =
    methods.get(name) ??
    // That is a kind rather than a name, as wherever else it is written.
    [...methods].find(([other]) => isSameMethod(name, other))?.[1];
  if (found) return found;
  const names = [...methods.keys()];
  throw new UsageError("Stacks", [
    `no login method of this stack is named "${name}": ${names.length > 0 ? `there are ${names.join(", ")}` : "it has none"}`,
  ]);
}

/** A login method's name as a part of ids and variables. */
export function slugOf(name: string): string {
  return name.toLowerCase().replace(/\W+/g, "_");
}

/** Whether two names mean the same login method. */
export function isSameMethod(one: string, other: string): boolean {
  return one === other || (isOneTimePin(one) && isOneTimePin(other));
}
