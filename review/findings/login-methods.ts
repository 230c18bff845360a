import { leftWithoutLogin } from "../../access/left-without-login";
import { resourcesOf, type Change, type LoginMethod } from "../change";
import type { Finding, Look } from "./finding";

/** Login methods that come, go or are made anew. */
export const loginMethods: Look = ({ change }) =>
  resourcesOf(change.plans, "login_method").flatMap(
    ({ action, address, after, before, changed = [] }): Finding[] => {
      const subject = `login method ${(after ?? before)?.name ?? address}`;
      const about = { severity: "note" as const, subject };
      switch (action) {
        case "create":
          return [
            { ...about, id: "login-method-made", text: "it is created" },
            ...alreadyThere(change, after).map((one) => ({ subject, ...one })),
          ];
        case "delete":
          return [
            {
              ...about,
              id: "login-method-dropped",
              severity: "warning",
              text: `it is deleted: nobody can log in to any application with it${leftWithout(change, before?.id)}`,
            },
          ];
        case "replace":
          return [
            {
              ...about,
              id: "login-method-replaced",
              severity: "warning",
              text: `it is recreated with a new id: policies and applications outside the code that name it no longer match${leftWithout(change, before?.id)}`,
            },
          ];
        case "update":
          return [
            ...(changed.includes("config.client_secret")
              ? [
                  {
                    ...about,
                    id: "login-method-secret",
                    text: "its secret changes",
                  },
                ]
              : []),
            ...renamed(before?.name, after?.name, about),
            ...opened(before, after, about),
          ];
        default:
          return [];
      }
    },
  );

/** Stacks and people know a login method by its name. */
function renamed(
  was: string | null | undefined,
  is: string | null | undefined,
  about: Pick<Finding, "subject">,
): Finding[] {
  return !was || !is || was === is
    ? []
    : [
        {
          ...about,
          id: "login-method-renamed",
          severity: "warning",
          text: `it is renamed from ${was} to ${is}: people and stacks that look it up by name could take it for another one`,
          remedy: "make sure that no other login method had this name",
        },
      ];
}

/** Cloudflare's own login, where it no longer asks for membership. */
function opened(
  before: LoginMethod | undefined,
  after: LoginMethod | undefined,
  about: Pick<Finding, "subject">,
): Finding[] {
  const isKept = (method: LoginMethod | undefined) =>
    method?.config?.["restrict_to_account_members"] === true;
  return after?.type === "cloudflare" && isKept(before) && !isKept(after)
    ? [
        {
          ...about,
          id: "login-method-opened",
          severity: "warning",
          text: "it no longer requires membership of the account: anyone with a Cloudflare user can log in with it, and gets in wherever a policy admits any login",
          remedy:
            "set restrictToAccountMembers, or make sure that policies name people",
        },
      ]
    : [];
}

/** What the account has already of a login method that is to be made. */
function alreadyThere(
  { before: { access } }: Pick<Change, "before">,
  made: LoginMethod | undefined,
): Omit<Finding, "subject">[] {
  const all: readonly LoginMethod[] = access.identity_providers ?? [];
  const clientOf = ({ config }: LoginMethod) => config?.client_id;
  const unset = made?.type === "google" ? "unset GOOGLE_CLIENT_ID, or " : "";
  const remedy = `${unset}remove it from loginMethods in main.ts and name the existing one, which is used as it is. If a deploy of yours created it, run: npm run adopt -- STACK --ours ID`;
  if (made?.name && all.some(({ name }) => name === made.name))
    return [
      {
        id: "login-method-twice",
        severity: "error",
        text: "the account already has one with this name, created elsewhere: with two of them, services can find neither",
        remedy,
      },
    ];
  const same = all.find(
    (one) =>
      made &&
      clientOf(made) !== undefined &&
      clientOf(one) === clientOf(made) &&
      one.type === made.type,
  );
  return same
    ? [
        {
          id: "login-method-twice",
          severity: "warning",
          text: `the account already has one with the same client, named ${same.name}: people would see both`,
          remedy,
        },
      ]
    : [];
}

/** Ids of the login methods that go: one made anew has another id. */
function goneIn({ plans }: Pick<Change, "plans">): ReadonlySet<string> {
  return new Set(
    resourcesOf(plans, "login_method").flatMap(({ action, before }) =>
      before?.id && (action === "delete" || action === "replace")
        ? [before.id]
        : [],
    ),
  );
}

/** Applications to which nobody can log in without those that go, this one among them. */
function leftWithout(
  change: Change,
  dropped: string | null | undefined,
): string {
  const gone = goneIn(change);
  const left = leftWithoutLogin(change.after.access, gone).filter(
    ({ allowed_idps: named }) =>
      // Their policies demand it where their list does not.
      !named?.some((id) => gone.has(id)) || named.includes(dropped ?? ""),
  );
  return left.length === 0
    ? ""
    : `; nobody can log in any more to ${left.map(({ domain, name }) => name ?? domain ?? "an application without a name").join(", ")}`;
}
