import {
  existsSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { ApiError } from "../../local/api/envelope";
import { differences } from "../../rehearsal/account-diff";
import { atTerminal, typed } from "../scripts/terminal";
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

test("what nobody looked for is found by the next command of any kind, once nothing more can turn up", async () => {
  const file = join(world.env.ACCESS_STATE_DIR ?? "", "comfyui.late.json");
  const id = makeLate("allow");
  const look = () => world.script("why", ["anyone", "nowhere"]);
  expect((await look()).stderr).not.toContain(id);
  const note = JSON.parse(readFileSync(file, "utf8")) as object;
  const until = new Date(0).toISOString();
  writeFileSync(file, JSON.stringify({ ...note, until }));
  world.account.policies.get(id)!.created_at = until;
  expect((await look()).stderr).toMatch(
    new RegExp(`has left policy .* id ${id}.* Run: npm run adopt -- comfyui`),
  );
  expect(existsSync(file)).toBe(false);
  expect((await look()).stderr).toContain(
    "A run of comfyui has left 2 objects in the account",
  );
  writeFileSync(file, JSON.stringify(note));
});

test("a destroy takes it along, though it uses what is to be destroyed", async () => {
  makeLate("allow");
  expect(await run("destroy")).toMatchObject({ code: 0 });
  expect(differences(before, world.account.snapshot())).toEqual([]);
});

const env = { ACCESS_DNS_RECORDS: "create" };

test("a destroy that can't see what is left says so, and fails", async () => {
  const stop = world.api.onCall({
    before: ({ method, path }) =>
      method === "GET" && /dns_records/.test(path)
        ? new ApiError(403, 10000, "Authentication error").toResponse()
        : undefined,
  });
  const { code, stdout } = await run("destroy", env);
  stop();
  expect(stdout).toMatch(
    /^comfyui: cannot tell whether .* Run again: npm run destroy -- comfyui identity$/m,
  );
  expect(code).toBe(1);
});

atTerminal("what --ours names is in no state before the yes", async () => {
  const [record] = [...world.account.dnsRecords.values()].filter(
    ({ name }) => name === "comfyui.datacrew.space",
  );
  const file = join(world.env.ACCESS_STATE_DIR ?? "", "comfyui.tfstate");
  const hasIt = () => readFileSync(file, "utf8").includes(record!.id);
  let hadIt = true;
  const { code, screen } = await typed(
    `destroy.ts comfyui --ours ${record!.id}`,
    { ...world.env, ...env },
    [/Destroy this stack\?.*does it: /, () => ((hadIt = hasIt()), "no\n")],
  );
  expect(screen).toMatch(
    /comfyui: DNS record .*, which --ours names: it goes once you agree$/m,
  );
  expect(screen).toContain("Nothing was destroyed.");
  expect([code, hadIt, hasIt()]).toEqual([1, false, false]);
  expect(readdirSync(world.env.ACCESS_STATE_DIR ?? "")).not.toContainEqual(
    expect.stringContaining("moving"),
  );
});

atTerminal(
  "a destroy names what no state knows, and takes along what the command that it names says is its own",
  async () => {
    const { dnsRecords, serviceTokens } = world.account;
    const id = world.account.newId();
    const at = world.account.timestamp();
    serviceTokens.set(id, {
      ...[...serviceTokens.values()][0]!,
      ...{ id, name: "comfyui-api", created_at: at, updated_at: at },
      last_seen_at: undefined,
    });
    const named = [dnsRecords.size, serviceTokens.size];
    // As on another machine, where nothing tells that the record was only used.
    rmSync(join(world.env.ACCESS_STATE_DIR ?? "", "comfyui.released.json"));
    const { code, stdout } = await run("destroy", env);
    const commands = [
      ...stdout.matchAll(
        /no state knows (DNS record|service token) .* npm run destroy -- (comfyui --ours \S+)$/gm,
      ),
    ];
    expect({ code, commands: commands.map(([, kind]) => kind) }).toEqual({
      code: 0,
      commands: ["DNS record", "service token"],
    });
    // The record's place is free, and it is destroyed by a plan; the token is not.
    for (const [, , args = ""] of commands)
      expect(
        await typed(`destroy.ts ${args}`, { ...world.env, ...env }, [
          /Destroy (this stack|what --ours names)\?.*does it: /,
          "yes\n",
        ]),
      ).toMatchObject({ code: 0 });
    expect([dnsRecords.size, serviceTokens.size]).toEqual(
      named.map((size) => size - 1),
    );
  },
);

test("an id that is none of these fails the destroy", async () => {
  const { code, stdout } = await world.script("destroy", [
    ...["comfyui", "--auto-approve", "--ours", "someone-elses"],
  ]);
  expect(stdout).toMatch(/^--ours: someone-elses stays: /m);
  expect(code).toBe(1);
});
