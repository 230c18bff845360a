import type { Account } from "../account";
import type { AccessUser, JsonObject, LoginSession } from "../account-objects";
import { isLive } from "../live-sessions";
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

  function find(id: string | undefined): AccessUser {
    const user = [...account.users.values()].find((one) => one.id === id);
    if (user === undefined) throw accessNotFound();
    return user;
  }

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

    "GET /accounts/:account/access/users/:id": route(read, ({ params }) =>
      ok(view(find(params.id))),
    ),

    "GET /accounts/:account/access/users/:id/active_sessions": route(
      read,
      ({ params }) => {
        const { id } = find(params.id);
        const sessions = [...account.loginSessions.values()].filter(
          (session) => session.userId === id && isLive(account, session),
        );
        return ok(sessions.map((session) => sessionView(account, session)));
      },
    ),
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

function sessionView(account: Account, session: LoginSession): JsonObject {
  const { applications, expiresAt, nonce, startedAt } = session;
  const now = Math.floor(account.now().getTime() / 1000);
  const apps = [...applications].flatMap(([uid, until]) => {
    const app = account.applications.get(uid);
    if (app === undefined || until <= now) return [];
    const { domain = "", name, type } = app;
    return [[uid, { hostname: domain, name, type, uid }] as const];
  });
  return {
    expiration: expiresAt,
    metadata: {
      apps: Object.fromEntries(apps),
      expires: expiresAt,
      iat: startedAt,
      nonce,
      ttl: expiresAt - startedAt,
    },
    name: `${account.id}.${session.userId}.${nonce}`,
  };
}
