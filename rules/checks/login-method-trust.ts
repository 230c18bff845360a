import { isAdmitted, loginMethodsOf } from "../../review/login-methods";
import { resourcesOf, type AccountState, type Plan } from "../../review/change";
import type { Breach, Rule } from "../rule";

/** Login methods at which people prove that an address is theirs, whoever set them up. */
const PROVE_ADDRESSES: ReadonlySet<string> = new Set([
  ...["google", "google-apps", "onetimepin"],
  ...["github", "facebook", "linkedin", "yandex", "cloudflare"],
]);

export const loginMethodTrust: Rule = {
  id: "login-method-trust",
  title: "A login method that could impersonate anyone",
  why: "Access trusts the login method: anyone who controls its URLs or keys can log in under any address.",
  remedy:
    "Check that the server, the keys and the client are yours, and write a waiver that says so.",
  check: ({ after, change: { before }, plans }) => [
    ...admittedLater(before, after, plans),
    ...resourcesOf(plans, "login_method").flatMap((planned) => {
      const { action, address, after: method, changed = [], stack } = planned;
      if (!method) return [];
      const about = method.name ?? address;
      const trusted = PROVE_ADDRESSES.has(method.type ?? "");
      switch (action) {
        case "create":
          return trusted
            ? []
            : [
                {
                  stack,
                  about,
                  what: `it is new, of type ${method.type ?? "?"}, and ${isAdmitted(method, after) ? "applications accept it" : "the next change could have it accepted"}`,
                },
              ];
        case "update":
        case "replace": {
          const bearing = changed.filter(
            (name) =>
              (name === "type" || name.startsWith("config.")) &&
              !HARMLESS.has(name),
          );
          return bearing.length === 0
            ? []
            : [{ stack, about, what: `${bearing.join(", ")} changes` }];
        }
        default:
          return [];
      }
    }),
  ],
};

/** Those that were there and that an application which was there too is the first to accept. */
function admittedLater(
  before: AccountState,
  after: AccountState,
  plans: readonly Plan[],
): Breach[] {
  const { identity_providers: earlier } = before.access;
  return (earlier ?? []).flatMap((method): Breach[] => {
    if (PROVE_ADDRESSES.has(method.type ?? "")) return [];
    // Whoever makes it has waived that it is trusted, or has to.
    const maker = resourcesOf(plans, "login_method").find(
      (one) => one.before?.id === method.id && one.after !== undefined,
    );
    // One that is replaced has another id.
    const { id = method.id } = maker?.after ?? {};
    if (isAdmitted(method, before) || !isAdmitted({ ...method, id }, after))
      return [];
    const [first] = resourcesOf(plans, "application").filter(
      ({ action, after: application, before: earlier }) =>
        action !== "no-op" &&
        earlier !== undefined &&
        application !== undefined &&
        loginMethodsOf(application, after).some((one) => one.id === id),
    );
    return first === undefined
      ? []
      : [
          {
            stack: maker?.stack ?? first.stack,
            about: method.name ?? method.id ?? "?",
            ...(maker && { stood: true }),
            what: `its type is ${method.type ?? "?"}, and applications now accept it`,
          },
        ];
  });
}

/** Changes that leave it to the same server to say who people are. */
const HARMLESS: ReadonlySet<string> = new Set([
  ...["config.client_secret", "config.redirect_url", "config.prompt"],
  ...["config.scopes", "config.claims", "config.header_attributes"],
  ...["config.attributes", "config.restrict_to_account_members"],
]);
