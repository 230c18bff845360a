import { isOneTimePin } from "../../base/one-time-pin";
import { type DoctorCheck, notChecked, ok, problem } from "../check";
import { PAGES } from "../pages";
import { decideNow, type SymptomContext } from "./context";

export const personAdmitted: DoctorCheck<SymptomContext> = {
  id: "person-admitted",
  why: "Whom no Allow policy names is told that the account does not have access.",
  page: PAGES.applications,
  async run(context) {
    const { account, email, service, settings } = context;
    if (email === undefined)
      return notChecked("give the person's address with --email");
    const names = service.notes?.loginMethods ?? [settings.loginMethod.name];
    const all = await account.loginMethods();
    const offered = names.flatMap(
      (name) =>
        all.find((it) =>
          isOneTimePin(name) ? it.type === "onetimepin" : it.name === name,
        ) ?? [],
    );
    const logins = await Promise.all(
      offered.map(async ({ id = "", type }) => ({
        type,
        decision: await decideNow(context, {
          path: "/",
          identity: { email, idp: { id, type } },
        }),
      })),
    );
    // Whoever has the choice takes the one that gets them in.
    const [login] = [
      ...logins.filter(({ decision }) => decision.outcome === "pass"),
      ...logins,
    ];
    if (!login)
      return problem(
        `no login method is named ${names.join(" or ")}`,
        "Deploy the identity stack.",
      );
    const { decision, type } = login;
    switch (decision.outcome) {
      case "pass":
        return ok(
          `Access would let them in now (${decision.reason}). A session from before a change is kept: let them log out at /cdn-cgi/access/logout and in again`,
          email,
        );
      case "login":
        return problem(
          `the application does not offer ${names.join(" or ")}`,
          "Deploy again: it names the login method.",
          email,
        );
      case "depends":
        return notChecked(decision.reason, email);
      default:
        return problem(
          decision.reason,
          `${whereToAdd(service, settings)}, and deploy.${type.startsWith("google") ? " Google sends the account's main address." : ""}`,
          email,
        );
    }
  },
};

/** The settings, unless the service's own list is in their place. */
export function whereToAdd(
  { admits = [], name }: Pick<SymptomContext["service"], "admits" | "name">,
  { allowedEmailDomains, allowedEmails }: SymptomContext["settings"],
): string {
  const set = [...allowedEmails, ...allowedEmailDomains];
  return set.length > 0 && set.every((one) => admits.includes(one))
    ? "Add the address to ACCESS_ALLOWED_EMAILS, or its domain to ACCESS_ALLOWED_EMAIL_DOMAINS"
    : `Add the address to the allowedEmails of ${name} in main.ts, or its domain to its allowedEmailDomains`;
}
