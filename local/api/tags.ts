import type { Account } from "../account";
import { page } from "./envelope";
import { route, type Routes } from "./router";

/**
 * Tags of applications, by their names.
 *
 * @see https://developers.cloudflare.com/api/resources/zero_trust/subresources/access/subresources/tags/
 */
export function tags(account: Account): Routes {
  const appCount = (tag: string) =>
    [...account.applications.values()].filter((app) => app.tags.includes(tag))
      .length;
  return {
    "GET /accounts/:account/access/tags": route(
      "Access: Apps and Policies Read",
      ({ query }) =>
        page(
          [...account.tags].map((name) => ({
            name,
            app_count: appCount(name),
          })),
          query,
          25,
        ),
    ),
  };
}
