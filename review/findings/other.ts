import { resourcesOf, type Change } from "../change";
import type { Finding, Look } from "./finding";

/** Login methods that come, go or are made anew. */
export const loginMethods: Look = ({ change }) =>
  resourcesOf(change.plans, "login_method").flatMap(
    ({ action, address, after, before }): Finding[] => {
      const subject = `login method ${(after ?? before)?.name ?? address}`;
      const about = { severity: "note" as const, subject };
      switch (action) {
        case "create":
          return [{ ...about, id: "login-method-made", text: "it is made" }];
        case "delete":
          return [
            {
              ...about,
              id: "login-method-dropped",
              severity: "warning",
              text: `it is dropped: nobody logs in with it any more, to any application${leftWithout(change, before?.id)}`,
            },
          ];
        case "replace":
          return [
            {
              ...about,
              id: "login-method-replaced",
              severity: "warning",
              text: "it is made anew with another id: policies and applications outside the code that name it no longer fit",
            },
          ];
        default:
          return [];
      }
    },
  );

/** Applications that name no login method but those that go. */
function leftWithout(
  { after: { access } }: Pick<Change, "after">,
  dropped: string | null | undefined,
): string {
  const there = (access.identity_providers ?? []).map(({ id }) => id);
  const left = access.applications.filter(({ allowed_idps: named }) =>
    named?.length
      ? named.includes(dropped ?? "") &&
        named.every((id) => id === dropped || !there.includes(id))
      : there.every((id) => id === dropped),
  );
  return left.length === 0
    ? ""
    : `; left without any: ${left.map(({ domain, name }) => name ?? domain ?? "an application without a name").join(", ")}`;
}

/** Changes that this version can't read. */
export const unread: Look = ({ change }) =>
  change.plans.flatMap(({ stack, unread: addresses }) =>
    addresses.map((address): Finding => ({
      id: "not-reviewed",
      severity: "warning",
      subject: `${stack}: ${address}`,
      text: "it changes and may bear on who reaches what, which can't be told from its plan",
      remedy: "look at the plan itself",
    })),
  );

/** What is planned and can't be told before it is applied. */
export const doubts: Look = ({ change }) =>
  change.plans.flatMap(({ resources }) =>
    resources.flatMap(({ address, kind, stack, unknown }): Finding[] => {
      const bearing = unknown.filter((name) => BEARING[kind]?.includes(name));
      return bearing.length === 0
        ? []
        : [
            {
              id: "not-known-yet",
              severity: "warning",
              subject: `${stack}: ${address}`,
              text: `${bearing.join(", ")} can't be told before it is deployed`,
            },
          ];
    }),
  );

/** By kind, the attributes that decide who gets where. */
const BEARING: Readonly<Record<string, readonly string[]>> = {
  application: ["policies", "allowed_idps", "type", "cors_headers"],
  policy: ["decision", "include", "require", "exclude"],
  group: ["include", "require", "exclude"],
  route: ["service", "origin_request"],
  dns_record: ["content", "proxied", "name", "type"],
};
