import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { loadAccount } from "../../local/account-file";
import { cast } from "../../rehearsal/cast";
import { startDeployed, TIMEOUT, type Deployed } from "../secrets/deployed";

jest.setTimeout(TIMEOUT);

const DAY = 86_400_000;
const PAGE = "https://comfyui.datacrew.space/";
const email = cast(loadAccount("guide")).other.email;
const until = new Date(Date.now() + DAY).toISOString().slice(0, 10);

// Each test goes on where the one before it ended.
let world: Deployed;
beforeAll(async () => {
  world = await startDeployed({ guests: [{ email, until }] });
  await world.deploy();
});
afterAll(() => world.close());

/** Runs the step three days from now, and tells what it wrote. */
async function threeDaysLater(step: string) {
  const file = join(world.folder, "later.cjs");
  writeFileSync(
    file,
    `const real = Date;
globalThis.Date = class extends real {
  constructor(...given) { given.length ? super(...given) : super(real.now() + ${3 * DAY}); }
  static now() { return real.now() + ${3 * DAY}; }
};
`,
  );
  const { calls } = world.cloudflare.api;
  const before = calls.length;
  const outcome = await world.run("ci", [step], {
    NODE_OPTIONS: `--require ${file}`,
  });
  const writes = calls
    .slice(before)
    .filter(({ method }) => method !== "GET")
    .map(
      ({ method, path }) => `${method} ${path.replace(/[0-9a-f-]{32,}/g, "…")}`,
    );
  return { ...outcome, writes };
}

const people = () =>
  [...world.account.policies.values()].find(({ include }) =>
    JSON.stringify(include).includes(email),
  );

test("a guest gets in until their day is over", async () => {
  const page = await world.person(email).visit(PAGE);
  expect([page.status, new URL(page.url).host]).toEqual([
    200,
    new URL(PAGE).host,
  ]);
});

test("nobody is taken out by a plan that does anything else", async () => {
  const policy = people()!;
  const { session_duration: before } = policy;
  policy.session_duration = "48h";
  const { code, stdout, writes } = await threeDaysLater("guests");
  policy.session_duration = before;
  expect(writes).toEqual([]);
  expect(stdout).toMatch(/admitted still: the plan would also update /);
  expect(stdout).toContain(`npm run revoke -- comfyui --person ${email}`);
  expect(code).toBe(1);
});

test("a guest whose day is over is taken out, and their sessions end", async () => {
  const bob = world.person(email);
  await bob.visit(PAGE);
  const { code, stdout, writes } = await threeDaysLater("guests");
  expect(writes).toEqual([
    "PUT /accounts/…/access/policies/…",
    "POST /accounts/…/access/organizations/revoke_user",
  ]);
  expect(stdout).toContain("out, and their sessions are ended");
  expect(code).toBe(0);
  expect(people()).toBeUndefined();

  const page = await bob.visit(PAGE);
  expect(page.text).not.toContain("ComfyUI</title>");
  const again = await threeDaysLater("guests");
  expect(again.stdout).toContain("No guest is overdue.");
  expect(again.stderr).not.toContain("never ended");
});
