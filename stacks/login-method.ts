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

/** A login method's name as a part of ids and variables, which are of ASCII. */
export function slugOf(name: string): string {
  const slug = name
    .toLowerCase()
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    // What has no base letter of ASCII would be one with every other of its length.
    .replace(/[^\p{ASCII}]/gu, (letter) =>
      /[\p{L}\p{N}]/u.test(letter)
        ? `u${letter.codePointAt(0)?.toString(16)}`
        : " ",
    )
    .replace(/\W+/g, "_");
  // No variable of Terraform begins with a digit.
  return /^\d/.test(slug) ? `_${slug}` : slug;
}

/** Whether two names mean the same login method. */
export function isSameMethod(one: string, other: string): boolean {
  return one === other || (isOneTimePin(one) && isOneTimePin(other));
}
