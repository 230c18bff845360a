import { isOneTimePin } from "../base/one-time-pin";
import { known } from "./faults";
import { shown } from "./known-props";

/** Braces and quotes would end the texts of Terraform that the name is a part of. */
const NAME = /^(?! )[^\p{C}\p{Zl}\p{Zp}{}"\\]+(?<! )$/u;

/** Why a login method of a type can't have this name. */
export function methodNameFault(
  given: string,
  type: string,
): string | undefined {
  const name = known(given);
  if (name === undefined) return undefined;
  if (isOneTimePin(name))
    return `"${name}" is the name of the code by mail, and this is of the type ${type}: give it another name`;
  return NAME.test(name)
    ? undefined
    : `a login method's name must be without braces, quotes, backslashes and invisible characters, and without a space at its beginning or end, got ${shown(name)}`;
}
