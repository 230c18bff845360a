import type { AccountReader } from "../../account/account-reader";
import { dated, type DatedGuest } from "../../contract/guests";
import { guestChecks } from "../../probe/checks/guests";
import type { Deployed, World } from "../../probe/world";

const HOST = "comfyui.example.com";
const OVER = dated({ email: "bob@example.com", until: "2020-01-01" }, "UTC")!;
const HERE = dated({ email: "eve@example.com", until: "2999-01-01" }, "UTC")!;

const deployed = (guests: readonly DatedGuest[]) =>
  ({ name: "comfyui", hostname: HOST, guests }) as Deployed;

/** An account whose policy on a host names these. */
function account(emails: readonly string[], domain = HOST): World {
  const include = emails.map((email) => ({ email: { email } }));
  const policies = [{ id: "p", decision: "allow", include }];
  return {
    account: {
      applications: async () => [
        { id: "a", type: "self_hosted", domain, policies },
      ],
    } as unknown as AccountReader,
  } as World;
}

const run = async (guests: readonly DatedGuest[], world: World) => {
  const [check] = guestChecks(deployed(guests));
  return check!.run(deployed(guests), world);
};

test("is no promise of a service without guests", () => {
  expect(guestChecks(deployed([]))).toEqual([]);
});

test("is kept while nobody is over their day, and says until when each may", async () => {
  expect(await run([HERE], account([HERE.email]))).toEqual({
    status: "kept",
    seen: "eve@example.com until Tuesday, 1 January 2999, 24:00 UTC",
  });
});

test("is kept once a guest is out", async () => {
  expect(await run([OVER], account(["ann@example.com"]))).toMatchObject({
    status: "kept",
  });
  expect(
    await run([OVER], account([OVER.email], "other.example.com")),
  ).toMatchObject({ status: "kept" });
});

test("is broken while a guest is admitted whose day is over", async () => {
  expect(await run([OVER, HERE], account(["Bob@example.com"]))).toMatchObject({
    status: "broken",
    seen: expect.stringContaining("bob@example.com is admitted still"),
    remedy: expect.stringContaining("npm run revoke -- comfyui --person"),
  });
});

test("is not checked without the account", async () => {
  expect(await run([OVER], {} as World)).toMatchObject({
    status: "not checked",
  });
});
