import { resourcesOf, type Change } from "../change";
import type { Finding, Look } from "./finding";

/** Login methods that come, go or are made anew. */
export const loginMethods: Look = ({ change }) =>
  resourcesOf(change.plans, "login_method").flatMap(
    ({ action, address, after, before, changed = [] }): Finding[] => {
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
        case "update":
          return changed.includes("config.client_secret")
            ? [
                {
                  ...about,
                  id: "login-method-secret",
                  text: "its secret changes",
                },
              ]
            : [];
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
