import { differences } from "../../rehearsal/account-diff";
import { atLength } from "../at-length";
import { faults } from "../stacks/faults";
import { TIMEOUT, World, type Visitor } from "../stacks/world";
import {
  accountByHand,
  APP,
  AUD,
  HOST,
  MACHINES,
  PEOPLE,
  TOKEN,
  type CaseName,
} from "./accounts";
import { configByHand } from "./config";

jest.setTimeout(TIMEOUT);

const URL = `https://${HOST}/`;
const WATCH = { urls: [URL] };

let world: World;
let before: unknown;
async function open(name: CaseName): Promise<Visitor> {
  world = await World.open(accountByHand(name));
  before = world.account.snapshot();
  return world.machine(TOKEN.name);
}
afterEach(() => world.close());

const application = () => world.account.applications.get(APP)!;

/** Takes over and gives back; nobody gets in meanwhile but the token. */
async function live(name: CaseName, config = configByHand()): Promise<string> {
  const token = await open(name);
  const worked = (await token.reach(URL)) !== undefined;
  const admitted = worked ? [token] : [];
  const done = await world.deploy(config, { ...WATCH, admitted });
  expect(faults(done)).toEqual([]);
  expect(
    done.writes.filter((write) => write.startsWith("create application")),
  ).toEqual([]);
  expect(await token.reach(URL)).toBeDefined();
  expect(await world.person("ada@datacrew.space").reach(URL)).toBeDefined();
  const back = await world.destroy(config, { ...WATCH, admitted });
  expect(faults(back)).toEqual([]);
  expect(differences(before, world.account.snapshot())).toEqual([]);
  return done.plan;
}

test.each<CaseName>(["guide to the letter", "every setting"])(
  "%s is taken over with its id, and given back as it was",
  async (name) => {
    const plan = await live(name);
    expect(plan).toMatch(/Existing application: "ComfyUI" is taken over/);
    expect(plan).toMatch(/The rule from before the first deploy: comfyui/);
  },
);

test("policies inside the application stay, and are given back with it", async () => {
  await live("policies inside the application");
});

atLength(
  "policies inside the application are its owner's to delete and to add",
  async () => {
    const token = await open("policies inside the application");
    await world.deploy(configByHand(), WATCH);
    const { account } = world;
    const block = {
      ...account.policies.get(PEOPLE)!,
      ...{ id: "b11d0000-0000-4000-8000-0000000000d1", name: "Not them" },
      decision: "deny" as const,
      include: [{ email: { email: "grace@example.org" } }],
    };
    account.policies.delete(PEOPLE);
    account.policies.set(block.id, block);
    application().policies = application()
      .policies!.map(({ id, precedence }) => ({
        id: id === PEOPLE ? block.id : id,
        precedence,
      }))
      .reverse();
    const config = configByHand({ application: { sessionDuration: "12h" } });
    const again = await world.deploy(config, { ...WATCH, admitted: [token] });
    expect(faults(again)).toEqual([]);
    expect(application().policies!.map(({ id }) => id)).toEqual(
      expect.arrayContaining([MACHINES, block.id]),
    );
    const back = await world.destroy(config, { ...WATCH, admitted: [token] });
    expect(faults(back)).toEqual([]);
    expect(application().policies).toEqual([
      { id: block.id, precedence: 1 },
      { id: MACHINES, precedence: 2 },
    ]);
    expect(account.policies.get(block.id)).toEqual(block);
    expect(back.plan).toMatch(
      /gets back all but what somebody has deleted since: the policy "ComfyUI Access Policy"/,
    );
  },
);

test("what somebody else changed stays, and what is ours stops the destroy", async () => {
  await open("shared policy");
  await world.deploy(
    configByHand({ application: { sessionDuration: "12h" } }),
    WATCH,
  );
  expect(application()).toMatchObject({ session_duration: "12h" });
  application().session_duration = "1h";
  application().custom_deny_message = "ask Ada";
  const changed = world.account.snapshot();
  await expect(world.destroy(configByHand(), WATCH)).rejects.toThrow(
    /Somebody has changed the application "ComfyUI"/,
  );
  expect(differences(changed, world.account.snapshot())).toEqual([]);
  const again = await world.deploy(
    configByHand({ application: { sessionDuration: "12h" } }),
    WATCH,
  );
  expect(again.plan).toMatch(
    /has changed the application "ComfyUI" since the last deploy: [^;]*custom_deny_message[^;]*; this deploy undoes that/,
  );
  expect(faults(again)).toEqual([]);
  application().custom_deny_message = "ask Ada";
  const back = await world.destroy(configByHand(), WATCH);
  expect(faults(back)).toEqual([]);
  expect(application()).toMatchObject({
    session_duration: "24h",
    custom_deny_message: "ask Ada",
  });
  expect(world.account.policies.has(PEOPLE)).toBe(true);
});

atLength(
  "a destroy that would open the host is refused, until what opens it is undone",
  async () => {
    await open("policy of its own for machines");
    const { account } = world;
    const [tunnel] = account.tunnels.values();
    for (const rule of tunnel!.configuration.config!.ingress!)
      if (rule.hostname === HOST) delete rule.originRequest;
    before = account.snapshot();
    await world.deploy(configByHand(), WATCH);
    const { destinations, domain, self_hosted_domains: older } = application();
    const { policies } = application();
    const refused = async (message: RegExp) => {
      const changed = account.snapshot();
      await expect(world.destroy(configByHand(), WATCH)).rejects.toThrow(
        message,
      );
      expect(differences(changed, account.snapshot())).toEqual([]);
      expect(await world.person("mallory@example.net").reach(URL)).toBe(
        undefined,
      );
    };
    const other = "other.datacrew.space";
    Object.assign(application(), {
      ...{ domain: other, self_hosted_domains: [other] },
      destinations: [{ type: "public", uri: other }],
    });
    await refused(/no longer for comfyui\.datacrew\.space, which the destroy/);
    Object.assign(application(), {
      ...{ destinations, domain, self_hosted_domains: older },
    });
    const everyone = {
      ...account.policies.get(PEOPLE)!,
      ...{ id: "b11d0000-0000-4000-8000-0000000000d2", name: "open" },
      ...{ decision: "bypass" as const, include: [{ everyone: {} }] },
      reusable: false,
    };
    account.policies.set(everyone.id, everyone);
    application().policies = [
      { id: everyone.id, precedence: 1 },
      ...policies.map((one) => ({ ...one, precedence: one.precedence! + 1 })),
    ];
    await refused(/which asks for no login, so the destroy would open/);
    account.policies.delete(everyone.id);
    application().policies = policies;
    expect(faults(await world.destroy(configByHand(), WATCH))).toEqual([]);
    expect(differences(before, account.snapshot())).toEqual([]);
  },
);

atLength(
  "what somebody deleted meanwhile is left out, and nobody gets in for it",
  async () => {
    await open("policy of its own for machines");
    const [block, pin] = [
      "b11d0000-0000-4000-8000-0000000000d1",
      "a11ce000-0000-4000-8000-000000000001",
    ];
    const { account } = world;
    const people = account.policies.get(PEOPLE)!;
    account.policies.set(block, {
      ...people,
      ...{ id: block, name: "Not them", decision: "deny" },
      include: [{ email: { email: "grace@example.org" } }],
    });
    application().policies = [block, MACHINES, PEOPLE].map((id, at) => ({
      id,
      precedence: at + 1,
    }));
    application().allowed_idps = [pin];
    await world.deploy(configByHand(), WATCH);
    account.policies.delete(block);
    account.identityProviders.delete(pin);
    const methods = application().allowed_idps;
    const back = await world.command(
      configByHand(),
      WATCH,
      ["destroy", "comfyui", "--auto-approve"],
      { GOOGLE_CLIENT_ID: "", ACCESS_LOGIN_METHOD: "Google" },
    );
    expect(faults(back)).toEqual([]);
    expect(application()).toMatchObject({
      policies: [{ id: MACHINES }],
      allowed_idps: methods,
    });
    expect(await world.machine(TOKEN.name).reach(URL)).toBeDefined();
    // Before it is done, and once.
    expect(back.outcome.stdout.split("gets back all but")).toHaveLength(2);
    expect(back.outcome.stdout).toMatch(
      /^comfyui: The application "ComfyUI" gets back all but what somebody has deleted since: the policy "Not them" \(\S+\), the login method \S+; nor is "ComfyUI Access Policy" listed again, .*refused\n[^]*gave back/m,
    );
  },
);

test.each<[CaseName, RegExp]>([
  [
    "several destinations",
    /is also for n8n\.datacrew\.space, chat\.datacrew\.space/,
  ],
  ["wildcard application", /of which comfyui\.datacrew\.space is only a part/],
])("refuses %s, and writes nothing", async (name, message) => {
  await open(name);
  await expect(world.deploy(configByHand(), WATCH)).rejects.toThrow(message);
  expect(differences(before, world.account.snapshot())).toEqual([]);
});

describe("the way on that a refusal names", () => {
  /** As it says: without `existingApplication`, then destroyed again. */
  async function follow(): Promise<void> {
    const config = configByHand({ existingApplication: undefined });
    const asked = world.account.snapshot();
    expect(faults(await world.deploy(config, WATCH))).toEqual([]);
    expect(await world.machine(TOKEN.name).reach(URL)).toBeDefined();
    expect(await world.person("ada@datacrew.space").reach(URL)).toBeDefined();
    expect(faults(await world.destroy(config, WATCH))).toEqual([]);
    expect(differences(asked, world.account.snapshot())).toEqual([]);
  }

  test("leaves a wildcard's application alone", async () => {
    await open("wildcard application");
    await follow();
  });
});

describe("existingApplication", () => {
  const without = configByHand({ existingApplication: undefined });
  const settings = { GOOGLE_CLIENT_ID: "", ACCESS_LOGIN_METHOD: "Google" };

  test("taken out while it is deployed is refused, and the way on makes the application the stack's own", async () => {
    const token = await open("policy of its own for machines");
    const watch = { ...WATCH, admitted: [token] };
    await world.deploy(configByHand(), watch);
    const deployed = world.account.snapshot();
    await expect(world.deploy(without, watch)).rejects.toThrow(
      /existingApplication no longer names it/,
    );
    expect(differences(deployed, world.account.snapshot())).toEqual([]);

    // A destroy needs no line.
    expect(faults(await world.destroy(without, watch))).toEqual([]);
    expect(differences(before, world.account.snapshot())).toEqual([]);
    const adopted = await world.command(
      without,
      watch,
      ["adopt", "comfyui", "--ours", APP, "--yes"],
      settings,
    );
    expect(adopted.writes).toEqual([]);
    const done = await world.deploy(without, watch);
    expect(faults(done)).toEqual([]);
    expect(done.writes.join()).not.toMatch(/(create|delete) application/);
    expect(application().aud).toBe(AUD);
    // The wildcard's rule would take the host, without any application.
    await expect(world.destroy(without, WATCH)).rejects.toThrow(
      /Nothing protects comfyui\.datacrew\.space without the stack/,
    );
    expect(world.account.applications.has(APP)).toBe(true);
  });

  test("of an application that the stack made is refused, and nothing is deleted", async () => {
    const account = accountByHand("guide to the letter");
    account.applications.delete(APP);
    account.policies.delete(PEOPLE);
    world = await World.open(account);
    before = account.snapshot();
    await world.deploy(without, WATCH);
    const deployed = world.account.snapshot();
    const [own] = [...account.applications.values()].filter(
      ({ domain }) => domain === HOST,
    );
    await expect(
      world.deploy(configByHand({ existingApplication: own!.id }), WATCH),
    ).rejects.toThrow(/is the stack's own: taking it over/);
    expect(differences(deployed, world.account.snapshot())).toEqual([]);
    expect(faults(await world.destroy(without, WATCH))).toEqual([]);
    expect(differences(before, world.account.snapshot())).toEqual([]);
  });
});

test("after the loss of the states a deploy says what is not known any more, and a destroy gives back what it found", async () => {
  const token = await open("policy of its own for machines");
  const watch = { ...WATCH, admitted: [token] };
  await world.deploy(configByHand(), watch);
  const deployed = world.account.snapshot();
  world.loseStates();
  const again = await world.deploy(configByHand(), watch);
  expect(faults(again)).toEqual([]);
  expect(again.plan).toMatch(
    /It lists policies with names of this stack's: .*\. If an earlier deploy made them and its state is lost, what the application and the tunnel's rule were before that deploy is not known/,
  );
  const back = await world.command(configByHand(), watch, [
    "destroy",
    "comfyui",
    "--auto-approve",
  ]);
  expect(faults(back)).toEqual([]);
  expect(back.outcome.stdout).toMatch(
    /^comfyui: warning: application "ComfyUI": It is given back as it was found [^]*^comfyui: the application "ComfyUI" .* lists policies with names of this stack's that no state knows: /m,
  );
  expect(differences(deployed, world.account.snapshot())).toEqual([]);
});

test("after the loss of the states a destroy says what it can't give back, and how to end it", async () => {
  const token = await open("policy of its own for machines");
  const former = application().policies;
  const watch = { ...WATCH, admitted: [token] };
  await world.deploy(configByHand(), watch);
  const listed = application().policies.map(({ id }) => id);
  world.loseStates();
  const destroy = (...more: string[]) =>
    world.command(configByHand(), watch, [
      "destroy",
      ...["comfyui", "--auto-approve", ...more],
    ]);
  const told = await destroy();
  expect(faults(told)).toEqual([]);
  expect(told.outcome.code).toBe(1);
  expect(told.writes).toEqual([]);
  const [, ids = ""] =
    /2\. Run: npm run destroy -- comfyui --ours ([^.]+)\./.exec(
      told.outcome.stdout,
    ) ?? [];
  expect(ids.split(" ").sort()).toEqual([...listed].sort());

  // As it says: those from before decide again.
  application().policies = [
    ...former,
    ...application().policies.map((link) => ({
      ...link,
      precedence: link.precedence + former.length,
    })),
  ];
  const gone = await destroy("--ours", ...ids.split(" "));
  expect(faults(gone)).toEqual([]);
  expect(gone.outcome).toMatchObject({ code: 0 });
  const ofAccess = differences(before, world.account.snapshot()).filter(
    ({ path }) => !path.startsWith("tunnels"),
  );
  expect(ofAccess).toEqual([]);
});

test("a shorter login of the policies before is announced, and sessionDuration keeps it", async () => {
  const account = accountByHand("guide to the letter");
  account.policies.get(PEOPLE)!.session_duration = "1h";
  world = await World.open(account);
  before = account.snapshot();
  const config = configByHand({ sessionDuration: "1h" });
  const longer = await world.deploy(configByHand(), WATCH);
  expect(longer.plan).toMatch(
    /A login by the policy "ComfyUI Access Policy" lasts 1h, and 24h from now on: write sessionDuration: "1h"/,
  );
  expect(faults(await world.destroy(configByHand(), WATCH))).toEqual([]);
  const kept = await world.deploy(config, WATCH);
  expect(kept.plan).not.toMatch(/from now on: write sessionDuration/);
  expect(faults(await world.destroy(config, WATCH))).toEqual([]);
  expect(differences(before, world.account.snapshot())).toEqual([]);
});

atLength(
  "a rule that somebody deleted is not put back by a destroy, which prints the one before; a deploy first brings it back",
  async () => {
    await open("guide to the letter");
    const run = (name: string) =>
      world.command(
        configByHand(),
        WATCH,
        [name, "comfyui", "--auto-approve"],
        {
          GOOGLE_CLIENT_ID: "",
          ACCESS_LOGIN_METHOD: "Google",
        },
      );
    const [tunnel] = world.account.tunnels.values();
    const rules = () =>
      tunnel!.configuration.config!.ingress!.filter(
        ({ hostname }) => hostname === HOST,
      );
    const former = rules();
    const deleted = async () => {
      expect(faults(await run("deploy"))).toEqual([]);
      const { config } = tunnel!.configuration;
      config!.ingress = config!.ingress!.filter(
        (one) => !rules().includes(one),
      );
    };
    await deleted();
    expect(faults(await run("deploy"))).toEqual([]);
    expect(faults(await run("destroy"))).toEqual([]);
    expect(rules()).toEqual(former);

    await deleted();
    const { stdout } = (await run("destroy")).outcome;
    expect(stdout.split("someone else removed it")).toHaveLength(2);
    expect(stdout).toMatch(
      /^comfyui: The rule of \S+ is gone: someone else removed it; a destroy now does not put back the rule from before the first deploy: \{.*"service":"http:\/\/caddy:80".*\}$/m,
    );
  },
);

test("what no write keeps and what somebody gave the rule meanwhile is said, and none of the owner's policies is offered for deletion", async () => {
  const token = await open("policy of its own for machines");
  const watch = { ...WATCH, admitted: [token] };
  const by = { GOOGLE_CLIENT_ID: "", ACCESS_LOGIN_METHOD: "Google" };
  Object.assign(application(), { future_setting: { on: true } });
  const run = (name: string) =>
    world.command(
      configByHand(),
      watch,
      [name, "comfyui", "--auto-approve"],
      by,
    );
  const done = await run("deploy");
  expect(faults(done)).toEqual([]);
  expect(done.outcome.stdout).toMatch(
    /^comfyui: Cloudflare did not keep of the application "ComfyUI": future_setting \(was \{"on":true\}\)$/m,
  );
  const [tunnel] = world.account.tunnels.values();
  const rule = tunnel!.configuration.config!.ingress!.find(
    ({ hostname, path }) => hostname === HOST && !path,
  )!;
  Object.assign(rule.originRequest!, { noTLSVerify: true });
  const back = await run("destroy");
  expect(faults(back)).toEqual([]);
  expect(back.outcome.stdout).toMatch(
    /^comfyui: The rule of .* was changed by someone else; the previous rule is restored, with what they changed: noTLSVerify$/m,
  );
  expect(back.outcome.stdout).toMatch(
    /^comfyui: Cloudflare did not keep of the application "ComfyUI", and it is not given back: future_setting/m,
  );
  expect(back.outcome.stdout).not.toMatch(/no state knows policy/);
  expect(JSON.stringify(tunnel!.configuration.config)).toContain(
    '"noTLSVerify":true',
  );
});
