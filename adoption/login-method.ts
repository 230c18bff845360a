import { isOneTimePin } from "../base/one-time-pin";
import type { LoginMethod } from "../account/objects";
import { noneNamed } from "../doctor/checks/login-method";
import type { PlannedLoginMethod, Plans } from "../doctor/planned";
import { inTheWay } from "./named";
import {
  UNTOUCHED,
  type Line,
  type Part,
  type Row,
  type Scene,
} from "./survey";

/**
 * The login methods that a service offers, as the account has them. One that a
 * stack would make a second time is recognised by its name, else by its client.
 */
export async function loginMethods({
  account,
  plans,
  service,
  taken,
}: Scene): Promise<Part> {
  const all = await account.loginMethods();
  const applications = await account.applications();
  const usersOf = ({ id }: LoginMethod) =>
    applications
      .filter(({ allowed_idps: named }) => named?.includes(id ?? ""))
      .map(({ name }) => name ?? "");
  const parts = (service.notes?.loginMethods ?? []).map((name) => {
    const made = plans.loginMethods.find((planned) =>
      isOneTimePin(name)
        ? planned.type === "onetimepin"
        : planned.name === name,
    );
    if (!made && !loginMethodNamed(name, all, plans) && !isTwice(name, all)) {
      const { todo, what } = noneNamed(name, all, account.settings);
      return { rows: [inTheWay("login method", name, what, todo)], lines: [] };
    }
    return partOf(name, { made, taken }, all, usersOf);
  });
  return {
    rows: parts.flatMap(({ rows }) => rows),
    lines: parts.flatMap(({ lines }) => lines),
  };
}

function partOf(
  name: string,
  {
    made,
    taken,
  }: Pick<Scene, "taken"> & { readonly made: PlannedLoginMethod | undefined },
  all: readonly LoginMethod[],
  usersOf: (method: LoginMethod) => readonly string[],
): Part {
  if (isOneTimePin(name)) {
    const pins = all.filter(({ type }) => type === "onetimepin");
    return { rows: pins.map(used), lines: [] };
  }
  const named = all.filter((method) => method.name === name);
  const own = named.find(
    ({ id = "" }) => made && (id === made.id || taken.has(id)),
  );
  if (named.length > 1)
    return {
      rows: named.map((method) =>
        method === own ? ownOne(own) : rival(method, usersOf(method)),
      ),
      lines: made && !own ? [unset(name, made)] : [],
    };
  if (own) return { rows: [ownOne(own)], lines: [] };
  const there = loginMethodFor(name, all, made);
  if (!there) return { rows: [], lines: [] };
  const other =
    made?.clientId !== undefined && there.clientId !== made.clientId;
  return {
    rows: [
      {
        ...used(there),
        ...(other && {
          why: `it has another client (${there.clientId ?? "none"}) than the settings; it is used as it is, and never changed`,
        }),
      },
    ],
    lines: made ? [unset(there.name, made)] : [],
  };
}

function isTwice(name: string, all: readonly LoginMethod[]): boolean {
  return all.filter((method) => method.name === name).length > 1;
}

/** The one that a service's code names, as far as the account has it. */
export function loginMethodNamed(
  name: string,
  all: readonly LoginMethod[],
  { loginMethods: made }: Plans,
): LoginMethod | undefined {
  return isOneTimePin(name)
    ? all.find(({ type }) => type === "onetimepin")
    : loginMethodFor(
        name,
        all,
        made.find((planned) => planned.name === name),
      );
}

/**
 * The one that a name in the code is about: the only one of that name, else that
 * of the same client, whatever its type: Google Workspace has one of its own.
 */
function loginMethodFor(
  name: string,
  all: readonly LoginMethod[],
  made: PlannedLoginMethod | undefined,
): LoginMethod | undefined {
  const named = all.filter((method) => method.name === name);
  if (named.length > 0) return named.length === 1 ? named[0] : undefined;
  const ofClient = all.filter(
    ({ clientId }) =>
      made?.clientId !== undefined && clientId === made.clientId,
  );
  return ofClient.find(({ type }) => type === made?.type) ?? ofClient[0];
}

function rowOf({ id, name, type }: LoginMethod) {
  return {
    kind: "login method",
    name: `${name} (${type})`,
    id,
    afterDestroy: UNTOUCHED,
  };
}

function ownOne(method: LoginMethod): Row {
  return {
    ...rowOf(method),
    becomes: "the stack's own",
    afterDestroy: "deleted with the stack that made it",
  };
}

function used(method: LoginMethod): Row {
  return {
    ...rowOf(method),
    becomes: "used",
    why: "looked up, never changed or deleted",
  };
}

function rival(method: LoginMethod, users: readonly string[]): Row {
  const { clientId, name } = method;
  return {
    ...rowOf(method),
    becomes: "in the way",
    why: [
      `another login method is named ${name} too, so neither can be looked up`,
      ...(clientId === undefined ? [] : [`its client is ${clientId}`]),
      `named by ${users.join(", ") || "no application"}`,
    ].join("; "),
    todo: "Rename all but the one that people are to use (Zero Trust, Integrations, Identity providers): applications name theirs by id, and go on as they are.",
  };
}

/** What keeps a stack from making one that is there. */
function unset(name: string, { stack }: PlannedLoginMethod): Line {
  return {
    file: ".env",
    text: `ACCESS_LOGIN_METHOD=${JSON.stringify(name)}, and no GOOGLE_CLIENT_ID: the stack ${stack} would make a second one`,
    does: "needed",
  };
}
