import { runInNewContext } from "node:vm";
import type { Survey } from "../../adoption/look";
import { differences } from "../../rehearsal/account-diff";
import {
  accountByHand,
  GOOGLE,
  HOST,
  TOKEN,
  type CaseName,
} from "../by-hand/accounts";
import type { Config, ServiceConfig } from "../stacks/app";
import { faults } from "../stacks/faults";
import { World, type Visitor } from "../stacks/world";

jest.setTimeout(400_000);

const URL = `https://${HOST}/`;

let world: World;
afterEach(() => world.close());

const FIRST: Config = {
  services: {
    comfyui: {
      service: "comfyui",
      hostname: HOST,
      allowedEmails: ["ada@datacrew.space"],
    },
  },
};

/** A person at work: what is in main.ts and .env, and what commands did. */
class AtWork {
  config = FIRST;
  settings: NodeJS.ProcessEnv = {};

  constructor(
    readonly before: unknown,
    private readonly admitted: readonly Visitor[],
  ) {}

  async run(...command: [string, ...string[]]) {
    const done = await world.command(
      this.config,
      { urls: [URL], admitted: this.admitted },
      command,
      this.settings,
    );
    // The doctor tries its permissions by calls that can't succeed.
    const tried = (fault: string) =>
      command[0] === "doctor" && fault.startsWith("refused");
    expect(faults(done).filter((fault) => !tried(fault))).toEqual([]);
    return done;
  }

  /** Writes what adopt says into main.ts and .env, to the letter. */
  async follow(): Promise<Survey> {
    const { outcome, writes } = await this.run("adopt", "comfyui", "--json");
    expect(writes).toEqual([]);
    const { hosts } = JSON.parse(outcome.stdout) as { hosts: Survey[] };
    const [host] = hosts;
    const inCode = host!.lines.filter(({ file }) => file === "main.ts");
    const props = runInNewContext(
      `({${inCode.map(({ text }) => text).join("\n")}})`,
    ) as Partial<ServiceConfig>;
    const { comfyui } = this.config.services;
    this.config = { services: { comfyui: { ...comfyui!, ...props } } };
    for (const { file, text } of host!.lines) {
      const [, name] = /^ACCESS_LOGIN_METHOD="(.*?)"/.exec(text) ?? [];
      if (file === ".env" && name !== undefined)
        this.settings = { GOOGLE_CLIENT_ID: "", ACCESS_LOGIN_METHOD: name };
    }
    return host!;
  }
}

async function open(name: CaseName): Promise<AtWork> {
  world = await World.open(accountByHand(name));
  const token = world.machine(TOKEN.name);
  const works = (await token.reach(URL)) !== undefined;
  return new AtWork(world.account.snapshot(), works ? [token] : []);
}

/** From the table to the destroy, once nothing is in the way. */
async function live(person: AtWork): Promise<void> {
  const host = await person.follow();
  expect(host.rows.filter(({ becomes }) => becomes === "in the way")).toEqual(
    [],
  );
  const unasked = await person.run("adopt", "comfyui");
  // All at once: what else was printed says why.
  expect(unasked.outcome).toEqual({
    code: 2,
    stdout: expect.stringMatching(/ComfyUI Access Policy/) as unknown,
    stderr: expect.stringMatching(/then pass --yes/) as unknown,
  });
  expect(unasked.writes).toEqual([]);

  const done = await person.run("adopt", "comfyui", "--yes");
  expect(done.outcome).toMatchObject({ code: 0 });
  expect(done.writes).toContain(`update application ${HOST}`);
  expect(await world.machine(TOKEN.name).reach(URL)).toBeDefined();
  expect(await world.person("ada@datacrew.space").reach(URL)).toBeDefined();

  const diff = await person.run("cdktf", "diff", "comfyui");
  expect(diff.outcome.stdout).toContain("No changes.");
  const again = await person.run("adopt", "comfyui");
  expect(again.outcome).toMatchObject({ code: 0 });
  expect(again.writes).toEqual([]);
  const probe = await world.probe(person.config, ["comfyui"], person.settings);
  expect(probe).toMatchObject({ code: 0 });

  const gone = await person.run(
    ...(["destroy", "comfyui", "identity", "--auto-approve"] as const),
  );
  expect(gone.outcome).toMatchObject({ code: 0 });
  expect(differences(person.before, world.account.snapshot())).toEqual([]);
}

test.each<CaseName>([
  "any valid token",
  "token in a group",
  "another name",
  "rule with settings behind others",
  "another Google client",
])("%s: taken over as adopt says, and given back", async (name) => {
  const person = await open(name);
  const doctor = await person.run("doctor", "comfyui");
  expect(doctor.outcome.stdout).toContain("npm run adopt -- comfyui");
  expect(differences(person.before, world.account.snapshot())).toEqual([]);
  await live(person);
});

test("a deploy refuses to make a second login method, whatever main.ts says", async () => {
  const person = await open("guide to the letter");
  const { writes, outcome } = await person.run(
    ...(["deploy", "comfyui", "--auto-approve"] as const),
  );
  expect(outcome).toMatchObject({ code: 1 });
  expect(outcome.stdout).toMatch(
    /login method Google: the account has one of this name/,
  );
  expect(writes).toEqual([]);
});

test("two login methods of one name: renamed as adopt says, and taken over", async () => {
  const person = await open("two of one name");
  const { rows } = await person.follow();
  const ways = rows.filter(({ becomes }) => becomes === "in the way");
  expect(ways.map(({ todo }) => todo)).toEqual([
    expect.stringMatching(/^Rename all but the one/),
    expect.stringMatching(/^Rename all but the one/),
  ]);
  const [other] = ways.filter(({ id }) => id !== GOOGLE);
  world.account.identityProviders.get(other!.id!)!.name = "Google of others";
  await live(new AtWork(world.account.snapshot(), []));
});

test("a tunnel configured on its host: nothing is written, whatever is asked for", async () => {
  const person = await open("tunnel configured on its host");
  const { rows } = await person.follow();
  expect(rows).toContainEqual(
    expect.objectContaining({ kind: "tunnel", becomes: "in the way" }),
  );
  for (const [command, yes] of [
    ["adopt", "--yes"],
    ["deploy", "--auto-approve"],
  ] as const) {
    const { outcome, writes } = await person.run(command, "comfyui", yes);
    expect(outcome).toMatchObject({ code: 1 });
    expect(writes).toEqual([]);
  }
  expect(differences(person.before, world.account.snapshot())).toEqual([]);
});
