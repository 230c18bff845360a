import type { Decision } from "../../access/decision";
import type { Identity } from "../../access/request";
import { isOneTimePin } from "../../base/one-time-pin";
import { type DoctorCheck, notChecked, ok, problem } from "../check";
import { PAGES } from "../pages";
import { decideNow, type SymptomContext } from "./context";

export const personAdmitted: DoctorCheck<SymptomContext> = {
  id: "person-admitted",
  why: "Whom no Allow policy admits, or a Block policy names, is told that the account does not have access.",
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
      offered.map(async ({ id = "", type }) => {
        const identity = { email, idp: { id, type } };
        const decision = await decideNow(context, { path: "/", identity });
        return { type, decision, identity };
      }),
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
    const { decision, identity, type } = login;
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
      default: {
        const kept = await keptOut(context, identity, decision);
        if (kept) return problem(kept.what, kept.todo, email);
        return problem(
          decision.reason,
          `${whereToAdd(service, settings)}, and deploy.${type.startsWith("google") ? " Google sends the account's main address." : ""}`,
          email,
        );
      }
    }
  },
};

const LISTS = {
  exclude: { says: "leaves them out (Exclude)", prop: "denied" },
  require: { says: "asks for more than that (Require)", prop: "required" },
} as const;

/** What shuts somebody out whom an address in a list would not let in. */
async function keptOut(
  context: SymptomContext,
  identity: Identity,
  { policy, reason }: Decision,
): Promise<{ readonly what: string; readonly todo: string } | undefined> {
  const { name } = context.service;
  if (policy?.decision === "deny")
    return {
      what: reason,
      todo: `Change whom that policy blocks, in main.ts and with a deploy, or in Zero Trust where no code has it.`,
    };
  for (const lists of [
    ["exclude"],
    ["require"],
    ["exclude", "require"],
  ] as const) {
    const empty = Object.fromEntries(lists.map((list) => [list, []]));
    const request = { path: "/", identity };
    const otherwise = await decideNow(context, request, (one) =>
      one.decision === "allow" ? { ...one, ...empty } : one,
    );
    if (otherwise.outcome !== "pass") continue;
    const why = lists.map((list) => LISTS[list].says).join(" and ");
    const props = lists.map((list) => LISTS[list].prop).join(" and ");
    return {
      what: `the policy "${otherwise.policy?.name ?? ""}" names them, but ${why}`,
      todo: `Change ${props} of ${name} in main.ts, or the rules that the code adds to that policy, and deploy.`,
    };
  }
  return undefined;
}

/** The settings, unless the service's own list is in their place. */
export function whereToAdd(
  {
    admits = [],
    guests = [],
    name,
  }: Pick<SymptomContext["service"], "admits" | "guests" | "name">,
  { allowedEmailDomains, allowedEmails }: SymptomContext["settings"],
): string {
  const set = new Set(
    [...allowedEmails, ...allowedEmailDomains].map((one) => one.toLowerCase()),
  );
  const own = new Set(admits);
  for (const { email } of guests) own.delete(email);
  return set.size > 0 &&
    set.size === own.size &&
    [...set].every((one) => own.has(one))
    ? "Add the address to ACCESS_ALLOWED_EMAILS, or its domain to ACCESS_ALLOWED_EMAIL_DOMAINS"
    : `Add the address to the allowedEmails of ${name} in main.ts, or its domain to its allowedEmailDomains`;
}
