import type { Client } from "../../../providers/tunnel-route/client";
import type { Named } from "../../../providers/unique-names/api";
import { uniqueNames } from "../../../providers/unique-names/resource";
import type { Context } from "../../../terraform-plugin/provider";
import { UNKNOWN, type ObjectValue } from "../../../terraform-plugin/value";

const THERE: Readonly<Record<string, Named[]>> = {
  identity_providers: [
    { id: "g1", name: "Google" },
    { id: "h1", name: "GitHub" },
  ],
  groups: [{ id: "a1", name: "artists" }],
};

let asked: string[];
beforeEach(() => (asked = []));

async function plan(
  given: ObjectValue,
  prior: ObjectValue | null = null,
): Promise<void> {
  const planned = { id: UNKNOWN, account_id: "acc", ...given };
  const client = {
    sleep: async () => {},
    names: {
      async list(_: string, listed: string) {
        asked.push(listed);
        return THERE[listed];
      },
    },
  } as unknown as Client;
  const context = {
    client,
    diagnostics: {},
    signal: new AbortController().signal,
  } as unknown as Context<Client>;
  await uniqueNames.plan?.({ planned, prior, config: planned }, context);
}

test("refuses a login method and a group that would be the second of their names, both at once", async () => {
  await expect(
    plan({
      login_methods: { Google: UNKNOWN, Okta: UNKNOWN },
      groups: { artists: UNKNOWN },
    }),
  ).rejects.toMatchObject({
    summary:
      "The account has a login method named Google (g1) and a group named artists (a1), and this stack would make a second: of two, no service finds either",
    detail: expect.stringMatching(
      /unset GOOGLE_CLIENT_ID[^]*allowedGroups[^]*npm run adopt -- STACK --ours g1 a1$/,
    ) as unknown,
  });
});

test("of several that are there it says to rename first, and offers none of them as the stack's", async () => {
  THERE["identity_providers"]!.push({ id: "g2", name: "Google" });
  const given = {
    login_methods: { Google: UNKNOWN },
    groups: { artists: UNKNOWN },
  };
  const failed = plan(given);
  await expect(failed).rejects.toThrow(/Google \(g1\) and .* Google \(g2\)/);
  await expect(failed).rejects.toMatchObject({
    detail: expect.stringMatching(
      /First rename all but one login method Google [^]*unset GOOGLE_CLIENT_ID[^]*--ours a1$/,
    ) as unknown,
  });
  THERE["identity_providers"]!.pop();
  THERE["groups"]!.push({ id: "a2", name: "artists" });
  await expect(plan({ groups: { artists: UNKNOWN } })).rejects.toMatchObject({
    detail: expect.not.stringContaining("--ours") as unknown,
  });
  THERE["groups"]!.pop();
});

test("lets those be made whose names are free", async () => {
  await plan({ login_methods: { Okta: UNKNOWN }, groups: { guests: UNKNOWN } });
  expect(asked).toEqual(["identity_providers", "groups"]);
});

test("asks nothing about what a stack has made already, be it by an earlier version", async () => {
  const made = { login_methods: { Google: "g1" }, groups: { artists: "a1" } };
  await plan(made);
  await plan(made, made);
  expect(asked).toEqual([]);
});

test("lets one be replaced, as a change of its kind does, and not where another has its name", async () => {
  const prior = { login_methods: { Google: "g1" } };
  await plan({ login_methods: { Google: UNKNOWN } }, prior);
  await expect(
    plan(
      { login_methods: { Google: UNKNOWN } },
      { login_methods: { Google: "g9" } },
    ),
  ).rejects.toThrow(/Google \(g1\)/);
});

test("refuses a new name for one that is there, where another has it", async () => {
  const prior = { login_methods: { Google: "g1" } };
  await expect(
    plan({ login_methods: { GitHub: "g1" } }, prior),
  ).rejects.toThrow(/GitHub \(h1\)/);
  await plan({ login_methods: { "Google for work": "g1" } }, prior);
});
