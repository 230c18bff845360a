import type { AccountState } from "../../review/change";
import { newAccess } from "../../review/new-access";
import { reviewOf } from "../../review/review";
import { allow, bypass, NOW, state, type Host } from "./states";

const HOST = "app.example.com";
const people: Host = { host: HOST, policies: [allow("ann@example.com")] };
const open: Host = {
  ...{ host: HOST, path: "/hook", policies: [bypass] },
  ...{ rule: "none", record: "none" },
};

/** An account whose tunnel's last rule leads somewhere. */
function account(
  hosts: readonly Host[],
  service: string,
  originRequest?: Readonly<Record<string, unknown>>,
): AccountState {
  const found = state(hosts);
  const [tunnel] = found.tunnels;
  const rules = tunnel!.rules.slice(0, -1);
  const last = { service, ...(originRequest && { originRequest }) };
  return { ...found, tunnels: [{ ...tunnel!, rules: [...rules, last] }] };
}

const said = (before: AccountState, after: AccountState) =>
  reviewOf({ before, after, plans: [] }, { now: NOW })
    .findings.filter(({ id }) => id.startsWith("dotted-host"))
    .map(({ id, severity, subject, text }) => ({
      id: `${severity} ${id} ${subject}`,
      text,
    }));

test("a path that opens to the tunnel's last rule under the host's dotted name is an error", () => {
  const before = account([people], "http://two:80");
  const after = account([people, open], "http://two:80");
  expect(said(before, after)).toContainEqual({
    id: `error dotted-host ${HOST}/hook`,
    text: expect.stringContaining(
      "app.example.com. with a dot at the end, it is a different host to the tunnel: its last rule takes everyone without a login to http://two:80",
    ),
  });
  const { answer } = newAccess(
    reviewOf({ before, after, plans: [] }, { now: NOW }),
  );
  expect(answer).not.toBe("no");
});

test("it is a warning where only logins come there, or where it was so", () => {
  expect(said(state([]), account([people], "http://two:80"))).toEqual([
    {
      id: `warning dotted-host ${HOST}`,
      text: expect.stringContaining("whoever Access lets through"),
    },
  ]);
  const same = account([people, open], "http://two:80");
  expect(said(same, same)).toEqual([
    {
      id: `warning dotted-host-as-before ${HOST}/hook`,
      text: expect.stringContaining("as before"),
    },
  ]);
});

test.each<[string, AccountState]>([
  ["no service", account([people, open], "http_status:404")],
  [
    "the same service, which asks for no token",
    account([{ ...people, checks: false }, open], "http://service:80"),
  ],
  [
    "a service that asks for the token",
    account([people, open], "http://two:80", {
      access: { required: true, teamName: "team", audTag: ["x"] },
    }),
  ],
])("a last rule that leads to %s is none", (_, after) => {
  expect(said(state([]), after)).toEqual([]);
});
