import { isAdmitted } from "../../review/login-methods";
import { resourcesOf } from "../../review/change";
import type { Rule } from "../rule";

/** Login methods at which people prove that an address is theirs, whoever set them up. */
const PROVE_ADDRESSES: ReadonlySet<string> = new Set([
  ...["google", "google-apps", "onetimepin"],
  ...["github", "facebook", "linkedin", "yandex"],
]);

export const loginMethodTrust: Rule = {
  id: "login-method-trust",
  title: "A login method that can say that anybody is anyone",
  why: "Access trusts the login method: anyone who controls its URLs or keys can log in under any address.",
  remedy:
    "Check that the server, the keys and the client are yours, and write a waiver that says so.",
  check: ({ after, plans }) =>
    resourcesOf(plans, "login_method").flatMap((planned) => {
      const { action, address, after: method, changed = [], stack } = planned;
      if (!method) return [];
      const about = method.name ?? address;
      const trusted = PROVE_ADDRESSES.has(method.type ?? "");
      switch (action) {
        case "create":
          return trusted || !isAdmitted(method, after)
            ? []
            : [
                {
                  stack,
                  about,
                  what: `it is new, of the type ${method.type ?? "?"}, and applications accept it`,
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
};

/** Changes that leave it to the same server to say who people are. */
const HARMLESS: ReadonlySet<string> = new Set([
  ...["config.client_secret", "config.redirect_url", "config.prompt"],
  ...["config.scopes", "config.claims", "config.header_attributes"],
  "config.attributes",
]);
