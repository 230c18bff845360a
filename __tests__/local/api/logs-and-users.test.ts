import type { AccessLogEntry } from "../../../local/account-objects";
import { all, cloud, refusal } from "./support";

function entry(email: string, minute: number): AccessLogEntry {
  return {
    user_email: email,
    ip_address: "198.51.100.7",
    app_uid: "5",
    app_domain: "grafana.datacrew.space",
    action: "login",
    connection: "google",
    allowed: email.endsWith("@datacrew.space"),
    created_at: `2026-11-24T11:0${minute}:00Z`,
    ray_id: `ray${minute}`,
  };
}

function withLogins() {
  const here = cloud();
  here.account.accessLog.push(
    entry("ada@datacrew.space", 1),
    entry("mallory@example.net", 2),
    entry("ada@datacrew.space", 3),
  );
  const list = async (query: object): Promise<unknown[]> => {
    const { accessRequests } = here.client.zeroTrust.access.logs;
    const rows = await accessRequests.list({ ...here.at, ...query });
    return (rows ?? []).map(({ ray_id }) => ray_id);
  };
  return { here, list };
}

test.each([
  [{}, ["ray3", "ray2", "ray1"]],
  [{ direction: "asc" }, ["ray1", "ray2", "ray3"]],
  [{ limit: 2 }, ["ray3", "ray2"]],
  [{ per_page: 2, page: 2 }, ["ray1"]],
  [{ since: "2026-11-24T11:02:00Z" }, ["ray3", "ray2"]],
  [{ until: "2026-11-24T11:01:30Z" }, ["ray1"]],
  [{ email: "datacrew" }, ["ray3", "ray1"]],
  [{ email: "datacrew", email_exact: true }, []],
  [{ email: "ada@datacrew.space", emailOp: "neq" }, ["ray2"]],
])("%j of the log are %j", async (query, rays) => {
  expect(await withLogins().list(query)).toEqual(rays);
});

test("fails on a time that is none", async () => {
  const { list } = withLogins();
  expect(await refusal(list({ since: "yesterday" }))).toMatchObject({
    status: 400,
  });
});

test("lists people who have logged in", async () => {
  const here = cloud();
  here.account.users.set("ada@datacrew.space", {
    id: "11111111-1111-4111-8111-111111111111",
    email: "ada@datacrew.space",
    name: "Ada Crew",
    created_at: "2026-11-24T11:01:00Z",
    last_successful_login: "2026-11-24T11:03:00Z",
  });
  const { users } = here.client.zeroTrust.access;
  const [ada, ...more] = await all(users.list({ ...here.at, search: "ada" }));
  expect(more).toEqual([]);
  expect(ada).toMatchObject({
    email: "ada@datacrew.space",
    last_successful_login: "2026-11-24T11:03:00Z",
    access_seat: true,
  });
  expect(await users.get(ada!.id!, here.at)).toMatchObject({
    name: "Ada Crew",
  });
  expect(await all(users.list({ ...here.at, name: "mallory" }))).toEqual([]);
});
