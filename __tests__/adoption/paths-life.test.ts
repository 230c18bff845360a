import type { Survey } from "../../adoption/look";
import { differences } from "../../rehearsal/account-diff";
import { atLength } from "../at-length";
import { accountWith, HOST, TOKEN, type ByHand } from "../by-hand/accounts";
import {
  BY,
  callerOf,
  HOOK,
  HOOK_POLICY,
  openHook,
  queue,
} from "../by-hand/paths";
import { World, type Visitor } from "../stacks/world";
import { AtWork } from "./at-work";

jest.setTimeout(400_000);

const URL = `https://${HOST}/`;

let world: World;
afterEach(() => world.close());

async function openWorld(
  change: (it: ByHand) => void,
  admitted: () => readonly Visitor[],
): Promise<AtWork> {
  world = await World.open(accountWith(change));
  const urls = [URL, `${URL}hooks`];
  const before = world.account.snapshot();
  return new AtWork(world, before, admitted(), [], urls);
}

/** The token on the whole host, and callers of the hook. */
const atHook = () => [
  world.machine(TOKEN.name),
  ...["/hook", "/hook/a.b"].map((path) => callerOf(world, path)),
];

const rowOf = ({ rows }: Survey, id = HOOK) =>
  rows.find((row) => row.id === id);

/** Writes the lines until nothing is needed. */
async function follow(person: AtWork): Promise<Survey> {
  for (let at = 0; ; at++) {
    const host = await person.follow();
    expect(host.rows.filter(({ becomes }) => becomes === "in the way")).toEqual(
      [],
    );
    if (!host.lines.some(({ does }) => does === "needed") || at > 3)
      return host;
  }
}

async function deploy(person: AtWork): Promise<string> {
  const host = await follow(person);
  expect(rowOf(host)).toMatchObject({ becomes: "taken over", isNew: true });
  const done = await person.run("adopt", "comfyui", "--yes");
  expect(done.outcome).toMatchObject({ code: 0 });
  expect(done.writes).toContainEqual(
    expect.stringMatching(/^update application .*\/(hook|queue)$/),
  );
  return done.outcome.stdout.replace(/\s+/g, " ");
}

async function holds(person: AtWork): Promise<void> {
  const diff = await person.run("cdktf", "diff", "comfyui");
  expect(diff.outcome.stdout).toContain("No changes.");
  const probe = await world.probe(person.config, ["comfyui"], {
    ...person.settings,
    COMFYUI_ACCESS_CLIENT_ID: TOKEN.client_id,
    COMFYUI_ACCESS_CLIENT_SECRET: TOKEN.client_secret,
  });
  expect(probe).toMatchObject({ code: 0, stderr: "" });
  const { hosts } = JSON.parse(
    (await person.run("adopt", "comfyui", "--json")).outcome.stdout,
  ) as { hosts: Survey[] };
  expect(hosts[0]!.lines.filter(({ does }) => does === "needed")).toEqual([]);
  expect(rowOf(hosts[0]!)).toMatchObject({
    becomes: "taken over",
    why: "deployed: its id and audience are as they were",
    afterDestroy: "as before the first deploy",
  });
}

async function giveBack(person: AtWork): Promise<void> {
  const gone = await person.run(
    ...(["destroy", "comfyui", "identity", "--auto-approve"] as const),
  );
  expect(gone.outcome).toMatchObject({ code: 0 });
  expect(differences(person.before, world.account.snapshot())).toEqual([]);
}

for (const by of Object.keys(BY))
  for (const isInside of [true, false])
    atLength(
      `${by}, with a policy ${isInside ? "in" : "out"}side: taken over as adopt says, probed, and given back`,
      async () => {
        const person = await openWorld((it) => {
          openHook(it, isInside);
          BY[by]!(it);
        }, atHook);
        const said = await deploy(person);
        if (by === "a rule of the path")
          expect(said).toContain(
            'and gives back the application "Webhooks of ours"',
          );
        await holds(person);
        await giveBack(person);
      },
    );

atLength(
  "the application of a token's path: taken over as adopt says, probed, and given back",
  async () => {
    const person = await openWorld(queue, () => {
      const machine = world.machine(TOKEN.name);
      return [
        {
          name: "the token at the queue",
          reach: () => machine.reach(`${URL}queue/one`),
        },
      ];
    });
    const { comfyui } = person.config.services;
    const tokens = [{ existing: TOKEN.id, name: "bot", paths: ["/queue"] }];
    person.config = { services: { comfyui: { ...comfyui!, tokens } } };
    await deploy(person);
    await holds(person);
    await giveBack(person);
  },
);

/** Deployed by adopt, at a rule of the host without a JWT check. */
async function atWork(): Promise<AtWork> {
  const person = await openWorld((it) => {
    openHook(it, false);
    BY["a rule of the host without a JWT check"]!(it);
  }, atHook);
  await follow(person);
  return person;
}

const ALL = ["comfyui", "identity", "--auto-approve"] as const;

const noteOf = (text: unknown) => JSON.stringify(text);

atLength("a bare npx cdktf takes over and gives back the same", async () => {
  const person = await atWork();
  const names = ["identity", "comfyui"];
  const cdktf = (command: string) =>
    person.run("cdktf", command, ...names, "--auto-approve");
  const done = await cdktf("deploy");
  expect(done.outcome).toMatchObject({ code: 0 });
  await holds(person);
  const back = await cdktf("destroy");
  expect(back.outcome).toMatchObject({ code: 0 });
  expect(differences(person.before, world.account.snapshot())).toEqual([]);
});

atLength.each(["npm run destroy", "npx cdktf destroy"])(
  "%s gives it back by code that no longer names it, which a deploy refuses",
  async (command) => {
    const person = await atWork();
    await person.run("adopt", "comfyui", "--yes");
    const { comfyui } = person.config.services;
    const without = { ...comfyui!, existingPathApplications: undefined };
    person.config = { services: { comfyui: without } };
    const refused = await person.run("deploy", "comfyui", "--auto-approve");
    expect(refused.outcome).toMatchObject({ code: 1 });
    expect(refused.writes).toEqual([]);
    const back = command.startsWith("npx")
      ? await person.run("cdktf", "destroy", ...ALL)
      : await person.run("destroy", ...ALL);
    expect(back.outcome).toMatchObject({ code: 0 });
    expect(differences(person.before, world.account.snapshot())).toEqual([]);
  },
);

atLength(
  "what somebody has changed of it since stops the destroy, which says so",
  async () => {
    const person = await atWork();
    await person.run("adopt", "comfyui", "--yes");
    const hook = world.account.applications.get(HOOK)!;
    const { policies } = hook;
    hook.policies = [...policies, { id: HOOK_POLICY, precedence: 9 }];
    const stopped = await person.run(
      ...(["destroy", "comfyui", "--auto-approve"] as const),
    );
    expect(stopped.outcome.code).toBe(1);
    expect(stopped.outcome.stdout + stopped.outcome.stderr).toMatch(
      /Somebody has changed the application "Webhooks of ours"/,
    );
    expect(world.account.applications.get(HOOK)!.policies).toHaveLength(2);
    hook.policies = policies;
    hook.custom_deny_message = "ask Bob";
    await person.run("destroy", "comfyui", "identity", "--auto-approve");
    expect(
      noteOf(differences(person.before, world.account.snapshot())),
    ).toMatch(/ask Bob/);
    expect(differences(person.before, world.account.snapshot())).toHaveLength(
      1,
    );
  },
);

atLength.each(["before", "after"] as const)(
  "a run that is killed %s the write of a path's application: a destroy gives it back",
  async (moment) => {
    const person = await atWork();
    world.killAt(new RegExp(`^PUT .*/apps/${HOOK}$`), moment);
    const cut = await world.command(
      person.config,
      { urls: [] },
      ["adopt", "comfyui", "--yes"],
      person.settings,
    );
    expect(cut.outcome.code).toBeNull();
    const written = differences(person.before, world.account.snapshot()).some(
      ({ path }) => path.startsWith(`applications.${HOOK}.policies`),
    );
    expect(written).toBe(moment === "after");
    await giveBack(person);
  },
);

atLength(
  "beside the application of a wildcard, the host gets one of its own, and the path's is given back",
  async () => {
    const person = await openWorld((it) => {
      openHook(it, false);
      it.application.domain = "*.datacrew.space";
      delete it.rule.originRequest?.access;
    }, atHook);
    await deploy(person);
    await holds(person);
    await giveBack(person);
  },
);

atLength(
  "a path that somebody opens while the host is deployed is taken over by the next adopt",
  async () => {
    const hooks: Visitor[] = [];
    const person = await openWorld(
      (it) => it.admit([{ service_token: { token_id: TOKEN.id } }]),
      () => hooks,
    );
    await follow(person);
    await person.run("adopt", "comfyui", "--yes");
    const made = accountWith((it) => openHook(it, false));
    const { applications, policies, tunnels } = world.account;
    policies.set(HOOK_POLICY, made.policies.get(HOOK_POLICY)!);
    applications.set(HOOK, made.applications.get(HOOK)!);
    const [tunnel] = tunnels.values();
    const { config, version } = tunnel!.configuration;
    const rule = config!.ingress!.find(({ hostname }) => hostname === HOST)!;
    const { configuration } = tunnel!;
    tunnel!.configuration = {
      ...configuration,
      version: version + 1,
      config: {
        ...config,
        ingress: [
          { hostname: HOST, path: "^/hook", service: rule.service },
          ...config!.ingress!,
        ],
      },
    } as typeof configuration;
    hooks.push(...atHook());
    await deploy(person);
    await holds(person);
    const { comfyui } = person.config.services;
    const closed = {
      ...comfyui!,
      openPaths: [],
      existingPathApplications: {},
      existingRules: [],
    };
    person.config = { services: { comfyui: closed } };
    // By hand it is open, which no code says then.
    const open = await person.run("deploy", "comfyui", "--auto-approve");
    expect(open.outcome).toMatchObject({
      code: 1,
      stdout: expect.stringContaining(
        "anyone without a login reaches nothing: it does not hold",
      ) as unknown,
    });
    expect(open.writes).toEqual([]);
    await person.run("destroy", "comfyui", "identity", "--auto-approve");
    expect(applications.get(HOOK)).toMatchObject({
      policies: [{ id: HOOK_POLICY }],
    });
    expect(tunnel!.configuration.config!.ingress![0]).toMatchObject({
      path: "^/hook",
    });
  },
);

atLength.each(["npm run destroy", "npx cdktf destroy"])(
  "%s by code that opens what was a token's path, without a deploy between",
  async (command) => {
    const person = await openWorld(
      (it) => it.admit([{ service_token: { token_id: TOKEN.id } }]),
      () => [],
    );
    await person.follow();
    const { comfyui } = person.config.services;
    const token = { existing: TOKEN.id, name: "bot" };
    const by = (more: object) =>
      (person.config = { services: { comfyui: { ...comfyui!, ...more } } });
    by({ tokens: [{ ...token, paths: ["/queue"] }], openPaths: [] });
    // Bare: a review refuses what the token loses.
    const done = await person.run("cdktf", "deploy", ...ALL);
    expect(done.outcome).toMatchObject({ code: 0 });
    by({ tokens: [token], openPaths: ["/queue"] });
    const back = command.startsWith("npx")
      ? await person.run("cdktf", "destroy", ...ALL)
      : await person.run("destroy", ...ALL);
    expect(back.outcome).toMatchObject({ code: 0 });
    expect(differences(person.before, world.account.snapshot())).toEqual([]);
  },
);
