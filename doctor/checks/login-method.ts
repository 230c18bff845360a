import { isOneTimePin, ONE_TIME_PIN } from "../../base/one-time-pin";
import { NotKnown } from "../../account/not-known";
import type { Settings } from "../../settings";
import { type DoctorCheck, ok, problem, type Seen, warning } from "../check";
import type { AccountContext } from "../context";
import { PAGES } from "../pages";
import type { PlannedLoginMethod, Plans } from "../planned";

interface LoginMethod {
  readonly id?: string;
  readonly name: string;
  readonly type: string;
  readonly clientId?: string;
  readonly config?: Readonly<Record<string, unknown>>;
}

export const loginMethodCheck: DoctorCheck<AccountContext> = {
  id: "login-method",
  why: "People log in with it, and applications find it by its name: it must be there once.",
  page: PAGES.loginMethods,
  async run({ account, plans, settings }) {
    if (!plans) throw new NotKnown("the stacks did not synthesize");
    const seen = await loginMethodsSeen({ account, plans, settings });
    const [only] = seen;
    return only && seen.length === 1 ? { ...only, about: undefined } : seen;
  },
};

/** How each login method stands that services offer, or stacks make or look up. */
export async function loginMethodsSeen({
  account,
  plans,
  settings,
}: Pick<AccountContext, "account" | "settings"> & {
  readonly plans: Plans;
}): Promise<Seen[]> {
  const all = await account.loginMethods();
  // Which of two to rename is asked only where there are two.
  const clash = plans.loginMethods.some((planned) =>
    all.some(({ name }) => name === planned.name),
  );
  const used = clash ? await inUse(account) : [];
  return namesIn(plans, settings).map((about): Seen => ({
    ...look(about, all, plans, { settings, used }),
    about,
  }));
}

/** Every login method that services offer or stacks make, whatever its kind. */
function namesIn(
  { loginMethods, lookedUp = [], services }: Plans,
  { loginMethod }: Settings,
): readonly string[] {
  const offered = services.flatMap(
    ({ notes }) => notes?.loginMethods ?? loginMethod.name,
  );
  const named = [
    ...(services.length === 0 ? [loginMethod.name] : offered),
    ...loginMethods
      .filter(({ type }) => type !== "onetimepin")
      .map(({ name }) => name),
    ...lookedUp.map(({ name }) => name),
  ];
  return [
    ...new Set(named.map((name) => (isOneTimePin(name) ? ONE_TIME_PIN : name))),
  ];
}

function look(
  name: string,
  all: readonly LoginMethod[],
  { loginMethods }: Plans,
  { settings, used }: { settings: Settings; used: readonly string[] },
): Seen {
  if (name === ONE_TIME_PIN) return byMail(all, loginMethods, settings);
  const named = all.filter((method) => method.name === name);
  const [planned] = loginMethods.filter((it) => it.name === name);
  if (planned) {
    const ways = waysOut(name, settings);
    const seen = willBe(planned, named, ways, used);
    return (
      (seen.status === "ok" && sameClient(planned, named, all, ways)) || seen
    );
  }
  const [first] = named;
  if (!first) return noneNamed(name, all, settings);
  return named.length > 1
    ? severalOf(name, named.length)
    : ok(`${name} (${first.type}) exists and is only read${forWhom(first)}`);
}

/** What is wrong where a login method is neither there nor made. */
export function noneNamed(
  name: string,
  all: readonly LoginMethod[],
  settings: Pick<Settings, "loginMethod">,
): Seen {
  if (isOneTimePin(name))
    return problem(
      "the account has no one-time PIN, and no stack makes it",
      "Add it in Zero Trust, Integrations, Identity providers, or deploy the identity stack.",
    );
  return problem(
    `no login method is named ${name}: there ${all.length > 0 ? `are ${all.map((it) => it.name).join(", ")}` : "is none"}`,
    name === settings.loginMethod.name
      ? 'Set ACCESS_LOGIN_METHOD to one of these, or to "One-time PIN" for a code by mail, or set GOOGLE_CLIENT_ID to have Google made.'
      : "Write one of these as loginMethod of the service in main.ts, or add it to the loginMethods of the identity stack.",
  );
}

/** Who can log in at Cloudflare itself is a setting that the service's page does not show. */
function forWhom({ config, type }: LoginMethod): string {
  if (type !== "cloudflare") return "";
  return config?.["restrict_to_account_members"] === true
    ? "; members of the account alone log in with it"
    : "; everybody with a user at Cloudflare can log in with it";
}

/** The code by mail, of which an account has one at most. */
function byMail(
  all: readonly LoginMethod[],
  planned: readonly PlannedLoginMethod[],
  settings: Settings,
): Seen {
  const there = all.find(({ type }) => type === "onetimepin");
  const own = planned.find(({ type }) => type === "onetimepin");
  if (there) return ok(`One-time PIN is there (${there.name}) and is used`);
  return own
    ? ok("One-time PIN will be made: the account has none")
    : noneNamed(ONE_TIME_PIN, all, settings);
}

/** What to write where a login method that a stack makes is another's. */
interface WaysOut {
  /** To keep the client that is there. */
  readonly client: string;
  /** To use what is there, and make none. */
  readonly use: string;
  /** To give ours another name. */
  readonly rename: string;
}

function waysOut(name: string, { loginMethod }: Settings): WaysOut {
  return name === loginMethod.name && loginMethod.googleClientId !== undefined
    ? {
        client: "set GOOGLE_CLIENT_ID to the one it has",
        use: "unset GOOGLE_CLIENT_ID",
        rename: "give ours another name in ACCESS_LOGIN_METHOD",
      }
    : {
        client: "set its clientId in main.ts to the one it has",
        use: "take it out of loginMethods in main.ts",
        rename: "give ours another name there",
      };
}

/** One that the account has for the same client, by another name: `adopt` says to use it. */
function sameClient(
  { clientId, id, name }: PlannedLoginMethod,
  named: readonly LoginMethod[],
  all: readonly LoginMethod[],
  { use }: WaysOut,
): Seen | undefined {
  const isNew = named.length === 0 && id === undefined;
  const other = all.find((method) => method.clientId === clientId);
  return isNew && clientId !== undefined && other
    ? warning(
        `${name} will be made, and ${other.name} (${other.type}) is there with the same client id: the account would have two for one client`,
        `To use that one, ${use} and name it in its place (ACCESS_LOGIN_METHOD, or loginMethod in main.ts).`,
      )
    : undefined;
}

/** What becomes of a login method that a stack makes. */
function willBe(
  planned: PlannedLoginMethod,
  named: readonly LoginMethod[],
  { client, rename, use }: WaysOut,
  used: readonly string[],
): Seen {
  const { clientId, id, missingSecret, name, stack } = planned;
  const own = named.find((method) => method.id === id);
  const others = named.filter((method) => method !== own);
  const [other] = others;
  if (own && other)
    return problem(
      `${named.length} login methods are named ${name}, so none can be looked up`,
      `Rename ${others.length > 1 ? "the others" : "the other one"} in Zero Trust, not the one of the stack ${stack} (${own.id}); or ${rename}.`,
    );
  if (missingSecret !== undefined)
    return problem(
      `the secret of ${name} is not set, and a deploy of the stack ${stack} fails without it`,
      `Set TF_VAR_${missingSecret} to the secret of its client.`,
    );
  if (own)
    return own.clientId === clientId
      ? ok(
          `${name} is there, made by the stack ${stack}${clientId === undefined ? "" : ", client id equal"}`,
        )
      : warning(
          `${name} has another client id (${own.clientId}): the deploy changes it to ${clientId}`,
          `If that is not what you want, ${client}.`,
        );
  if (!other)
    return id === undefined
      ? ok(`${name} will be made, by the stack ${stack}`)
      : warning(
          `${name} was deployed and is gone: the deploy creates it again`,
          "Find out who removed it, and whether applications still name it.",
        );
  if (others.length > 1)
    return problem(
      `${others.length} login methods are named ${name}, made elsewhere: a deploy would make another of this name`,
      `Rename all but the one that people are to use in Zero Trust (applications and policies name them by their ids), then ${use}; or ${rename}.`,
    );
  // What applications use that are not of its stack, adopt leaves alone.
  const canAdopt = !used.includes(other.id ?? "");
  const same = other.clientId === clientId && other.type === planned.type;
  const which =
    clientId === undefined || other.clientId === undefined
      ? `of the type ${other.type}`
      : `with ${same ? "the same" : "another"} client id${same ? "" : ` (${other.clientId})`}`;
  return problem(
    same
      ? `${name} exists ${which}, and the stack ${stack} does not know it: a deploy would make a second of this name`
      : `${name} exists ${which}, made elsewhere: a deploy would make a second of this name`,
    same && canAdopt
      ? `${upper(use)} to use it as it is; or, where a deploy of yours made it, take it into the stack, whose destroy then deletes it: npm run adopt -- ${stack} --ours ${other.id}.`
      : `${upper(use)} to use that one, or ${rename}.`,
  );
}

/** Ids of the login methods that applications name. */
async function inUse({
  applications,
}: Pick<AccountContext["account"], "applications">): Promise<string[]> {
  const all = await applications();
  return all.flatMap(({ allowed_idps: ids }) => ids ?? []);
}

function upper(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function severalOf(name: string, count: number): Seen {
  return problem(
    `${count} login methods are named ${name}, so none can be looked up`,
    "Rename all but one of them in Zero Trust: applications and policies name them by their ids.",
  );
}
