import type { Account } from "../account";
import type { AccessUser, JsonObject } from "../account-objects";
import { ok, page } from "./envelope";
import { accessNotFound } from "./errors";
import { admits, contains } from "./fields";
import { route, type Routes } from "./router";

/**
 * People who have logged in; each takes a seat of the plan.
 *
 * @see https://developers.cloudflare.com/api/resources/zero_trust/subresources/access/subresources/users/
 */
export function users(account: Account): Routes {
  const read = "Access: Audit Logs Read";
  return {
    "GET /accounts/:account/access/users": route(read, ({ query }) =>
      page(
        [...account.users.values()]
          .filter(
            ({ email, name }) =>
              admits(query, "email", (wanted) => contains(email, wanted)) &&
              admits(query, "name", (wanted) => contains(name, wanted)) &&
              admits(query, "search", (wanted) =>
                contains(`${email} ${name}`, wanted),
              ),
          )
          .map(view),
        query,
        25,
      ),
    ),

    "GET /accounts/:account/access/users/:id": route(read, ({ params }) => {
      const user = [...account.users.values()].find(
        ({ id }) => id === params.id,
      );
      if (user === undefined) throw accessNotFound();
      return ok(view(user));
    }),
  };
}

function view(user: AccessUser): JsonObject {
  const { id, email, name, created_at, last_successful_login } = user;
  return {
    id,
    uid: id,
    email,
    name,
    created_at,
    updated_at: last_successful_login,
    last_successful_login,
    access_seat: true,
    gateway_seat: false,
    active_device_count: 0,
    seat_uid: id,
  };
}
