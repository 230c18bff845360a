import { differences } from "../../rehearsal/account-diff";
import { TIMEOUT, World } from "./world";

jest.setTimeout(TIMEOUT);

let world: World;
let before: object;
beforeAll(async () => {
  world = await World.open("guide");
  before = world.account.snapshot();
});
afterAll(() => world.close());

const run = (command: string, env: NodeJS.ProcessEnv = {}) =>
  world.script(command, ["comfyui", "identity", "--auto-approve"], env);

/** What Cloudflare makes after the run that asked for it has ended. */
function makeLate(decision: string): string {
  const { account } = world;
  const earlier = before as { policies: object };
  const made = [...account.policies.values()].find(
    (policy) =>
      policy.decision === decision && !(policy.id in earlier.policies),
  );
  const id = account.newId();
  account.policies.set(id, {
    ...structuredClone(made!),
    id,
    created_at: account.timestamp(),
  });
  return id;
}

// Each test goes on where the one before it ended.

test("what turns up after a deploy is told by the next one, and stays", async () => {
  expect(await run("deploy")).toMatchObject({ code: 0 });
  const id = makeLate("non_identity");
  const { code, stdout } = await run("deploy");
  expect(stdout).toContain(`id ${id}`);
  expect(stdout).toContain("Run: npm run adopt -- comfyui");
  expect(code).toBe(0);
  expect(world.account.policies.has(id)).toBe(true);
});

test("a destroy takes it along, though it uses what is to be destroyed", async () => {
  makeLate("allow");
  expect(await run("destroy")).toMatchObject({ code: 0 });
  expect(differences(before, world.account.snapshot())).toEqual([]);
});

test("a destroy names a record that still leads here and that no state knows; as asked, it goes", async () => {
  const env = { ACCESS_DNS_RECORDS: "create" };
  const { code, stdout } = await run("destroy", env);
  const [, args = ""] =
    /no state knows DNS record .* npm run adopt -- (comfyui --ours \S+)/.exec(
      stdout,
    ) ?? [];
  expect(code).toBe(0);
  const size = world.account.dnsRecords.size;
  await world.script("adopt", [...args.split(" "), "--auto-approve"], env);
  expect(await run("destroy", env)).toMatchObject({ code: 0 });
  expect(world.account.dnsRecords.size).toBe(size - 1);
});
