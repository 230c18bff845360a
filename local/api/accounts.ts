import type { Account } from "../account";
import type { JsonObject } from "../account-objects";
import { ok, page } from "./envelope";
import { unauthorizedResource } from "./errors";
import { admits, contains } from "./fields";
import { route, type Routes } from "./router";

/**
 * The account itself.
 *
 * @see https://developers.cloudflare.com/api/resources/accounts/
 */
export function accounts(account: Account): Routes {
  const read = "Account Settings Read";

  function view(): JsonObject {
    return {
      id: account.id,
      name: account.name,
      type: "standard",
      settings: { enforce_twofactor: false },
    };
  }

  return {
    "GET /accounts": route(read, ({ query, token }) => {
      // Listing accounts is for users; a token that an account owns has none.
      if (token.owner === "account") throw unauthorizedResource();
      const found = admits(query, "name", (name) =>
        contains(account.name, name),
      );
      return page(found ? [view()] : [], query, 20);
    }),
    "GET /accounts/:account": route(read, () => ok(view())),
  };
}
