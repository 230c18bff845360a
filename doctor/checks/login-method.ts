import { isOneTimePin } from "../../base/one-time-pin";
import { NotKnown } from "../../account/not-known";
import { type Check, ok, problem, type Seen, warning } from "../check";
import type { AccountContext } from "../context";
import { PAGES } from "../pages";
import type { PlannedLoginMethod } from "../planned";

interface LoginMethod {
  readonly id?: string;
  readonly name: string;
  readonly type: string;
  readonly clientId?: string;
}

export const loginMethodCheck: Check<AccountContext> = {
  id: "login-method",
  why: "People log in with it, and applications find it by its name: it must be there once.",
  page: PAGES.loginMethods,
  async run({ account, plans, settings }) {
    if (!plans) throw new NotKnown("the stacks did not synthesize");
    const all = await account.loginMethods();
    const { name } = settings.loginMethod;
    if (isOneTimePin(name)) return byMail(all, plans.loginMethods);
    const named = all.filter((method) => method.name === name);
    const [planned] = plans.loginMethods.filter((it) => it.name === name);
    if (planned) return willBe(planned, named);
    const [first] = named;
    if (!first)
      return problem(
        `no login method is named ${name}: there ${all.length > 0 ? `are ${all.map((it) => it.name).join(", ")}` : "is none"}`,
        'Set ACCESS_LOGIN_METHOD to one of these, or to "One-time PIN" for a code by mail, or set GOOGLE_CLIENT_ID to have Google made.',
      );
    return named.length > 1
      ? severalOf(name, named.length)
      : ok(`${name} (${first.type}) exists and is only read`);
  },
};

/** The code by mail, of which an account has one at most. */
function byMail(
  all: readonly LoginMethod[],
  planned: readonly PlannedLoginMethod[],
): Seen {
  const there = all.find(({ type }) => type === "onetimepin");
  if (there) return ok(`One-time PIN is there (${there.name}) and is used`);
  return planned.some(({ type }) => type === "onetimepin")
    ? ok("One-time PIN will be made: the account has none")
    : problem(
        "the account has no one-time PIN, and no stack makes it",
        "Add it in Zero Trust, Integrations, Identity providers, or deploy the identity stack.",
      );
}

/** What becomes of a login method that a stack makes. */
function willBe(
  planned: PlannedLoginMethod,
  named: readonly LoginMethod[],
): Seen {
  const { clientId, id, name, stack } = planned;
  const own = named.find((method) => method.id === id);
  const others = named.filter((method) => method !== own);
  const [other] = others;
  if (own && other) return severalOf(name, named.length);
  if (own)
    return own.clientId === clientId
      ? ok(`${name} is there, made by the stack ${stack}, client id equal`)
      : warning(
          `${name} has another client id (${own.clientId}): the deploy changes it to ${clientId}`,
          "If that is not what you want, set GOOGLE_CLIENT_ID to the one it has.",
        );
  if (!other)
    return id === undefined
      ? ok(`${name} will be made, by the stack ${stack}`)
      : warning(
          `${name} was deployed and is gone: the deploy creates it again`,
          "Find out who removed it, and whether applications still name it.",
        );
  return problem(
    other.clientId === clientId
      ? `${name} exists with the same client id, and the stack ${stack} does not know it: a deploy would make a second of this name`
      : `${name} exists with another client id (${other.clientId ?? other.type}), made elsewhere: a deploy would make a second of this name`,
    other.clientId === clientId
      ? `Take it into the stack with "npm run adopt -- ${stack}", or unset GOOGLE_CLIENT_ID to use it as it is.`
      : "Unset GOOGLE_CLIENT_ID to use that one, or give ours another name in ACCESS_LOGIN_METHOD.",
  );
}

function severalOf(name: string, count: number): Seen {
  return problem(
    `${count} login methods are named ${name}, so none can be looked up`,
    "Rename or remove all but one.",
  );
}
