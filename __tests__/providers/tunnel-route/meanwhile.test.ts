import type { IngressRule } from "../../../ingress/rule";
import { MemoryJournal } from "./memory-journal";
import { MemoryTunnel } from "./memory-tunnel";
import { access, Stack, type Block } from "./stack";

const HOST = "app.x.io";
const THEIRS: IngressRule = {
  hostname: HOST,
  service: "http://caddy:80",
  originRequest: {
    httpHostHeader: "inside",
    connectTimeout: 5,
    access: { required: true, teamName: "team", audTag: ["theirs"] },
  },
};
const BLOCK: Block = {
  hostname: HOST,
  service: "http://ours:80",
  origin_request: access("aud"),
};

let tunnel: MemoryTunnel;
let stack: Stack;
afterEach(() => stack.remove());

function start(ingress: readonly IngressRule[] = [THEIRS], journal?: object) {
  tunnel = new MemoryTunnel(
    JSON.stringify({ ingress: [...ingress, { service: "http_status:404" }] }),
  );
  stack = new Stack(tunnel, { ...(journal && { journal: journal as never }) });
}

const rules = () =>
  (JSON.parse(tunnel.text ?? "{}") as { ingress: IngressRule[] }).ingress;

/** Somebody changes the rule in the dashboard. */
function change(by: (rule: IngressRule) => IngressRule) {
  const ingress = rules().map((rule) =>
    rule.hostname === HOST ? by(rule) : rule,
  );
  tunnel.text = JSON.stringify({ ingress });
}

const withSettings =
  (settings: object) =>
  (rule: IngressRule): IngressRule => ({
    ...rule,
    originRequest: { ...rule.originRequest, ...settings },
  });

/** What the state says that a destroy would restore now. */
function restored(): unknown {
  const text = stack.state.get("it")!["restored_rule"];
  return typeof text === "string" ? JSON.parse(text) : text;
}

async function destroyed(): Promise<string> {
  stack.warnings.length = 0;
  await stack.destroy();
  return stack.warnings.join("\n");
}

test.each<[string, (rule: IngressRule) => IngressRule, object, string]>([
  [
    "a setting",
    withSettings({ noTLSVerify: true }),
    withSettings({ noTLSVerify: true })(THEIRS),
    "with what they changed: noTLSVerify",
  ],
  [
    "a setting that the rule had before",
    withSettings({ connectTimeout: 9 }),
    withSettings({ connectTimeout: 9 })(THEIRS),
    "with what they changed: connectTimeout",
  ],
  [
    "a setting taken out",
    withSettings({ httpHostHeader: null }),
    {
      ...THEIRS,
      originRequest: {
        connectTimeout: 5,
        access: THEIRS.originRequest!["access"],
      },
    },
    "with what they changed: httpHostHeader",
  ],
  [
    "one that this version does not know",
    withSettings({ someday: [1] }),
    withSettings({ someday: [1] })(THEIRS),
    "with what they changed: someday",
  ],
  [
    "the service",
    (rule) => ({ ...rule, service: "https://new:443" }),
    { ...THEIRS, service: "https://new:443" },
    "with what they changed: service",
  ],
  [
    "one more audience",
    withSettings({
      access: { required: true, teamName: "team", audTag: ["aud", "other"] },
    }),
    withSettings({
      access: { required: true, teamName: "team", audTag: ["theirs", "other"] },
    })(THEIRS),
    "with what they changed: access",
  ],
  [
    "the JWT check switched off",
    withSettings({ access: { required: false } }),
    THEIRS,
    "the previous rule is restored; lost: access",
  ],
])(
  "what somebody changed meanwhile is in the rule that comes back, and said: %s",
  async (_, by, expected, said) => {
    start();
    await stack.apply({ it: BLOCK });
    change(by);
    await stack.isUpToDate({ it: BLOCK });
    expect(restored()).toEqual(expected);
    const text = await destroyed();
    expect(rules()[0]).toEqual(expected);
    expect(text).toContain(
      `The rule of account/tunnel/${HOST} was changed by someone else`,
    );
    expect(text).toContain(said);
    expect(stack.noted).toEqual([]);
  },
);

test("the plan of the destroy says it, and what it will restore", async () => {
  start();
  await stack.apply({ it: BLOCK });
  change(withSettings({ noTLSVerify: true }));
  const [told = "", restores = ""] = (await destroyed()).split(
    "The destroy restores",
  );
  expect(told).toContain("with what they changed: noTLSVerify");
  expect(restores).toContain('"noTLSVerify":true');
});

test("a rule where there was none goes, and what they changed is said", async () => {
  start([]);
  await stack.apply({ it: BLOCK });
  change(withSettings({ noTLSVerify: true }));
  expect(await destroyed()).toContain("the rule is removed; lost: noTLSVerify");
  expect(rules()).toEqual([{ service: "http_status:404" }]);
});

test("nothing is said where nobody changed it, be it deployed twice", async () => {
  start();
  await stack.apply({ it: BLOCK });
  await stack.apply({ it: { ...BLOCK, service: "http://other:80" } });
  await stack.isUpToDate({ it: BLOCK });
  expect(restored()).toBeNull();
  expect(await destroyed()).not.toContain("changed by someone else");
  expect(rules()[0]).toEqual(THEIRS);
});

test("a deploy after the change makes it the code's again, and a destroy restores the rule as it was", async () => {
  start();
  await stack.apply({ it: BLOCK });
  change(withSettings({ noTLSVerify: true }));
  await stack.apply({ it: BLOCK });
  expect(restored()).toBeNull();
  expect(await destroyed()).not.toContain("changed by someone else");
  expect(rules()[0]).toEqual(THEIRS);
});

test("the plan and the destroy name the same, a setting that the deploy kept and somebody took out too", async () => {
  start();
  await stack.apply({ it: BLOCK });
  change(() => ({ hostname: HOST, service: "http://new:80" }));
  const said = [
    ...(await destroyed()).matchAll(/was changed by someone else; (.*)/g),
  ].map(([, done]) => done);
  const done =
    "the previous rule is restored, with what they changed: service, httpHostHeader, connectTimeout; lost: access";
  expect(said).toEqual([done, done]);
});

test("code that says what somebody has made of it plans no change, and a destroy goes on to carry that over", async () => {
  start();
  await stack.apply({ it: BLOCK });
  change((rule) => ({ ...rule, service: "http://new:80" }));
  const same = { ...BLOCK, service: "http://new:80" };
  const writes = tunnel.text;
  await stack.apply({ it: same });
  expect(tunnel.text).toBe(writes);
  expect(restored()).toMatchObject({ service: "http://new:80" });
  await destroyed();
  expect(rules()[0]).toEqual({ ...THEIRS, service: "http://new:80" });
});

test("without the journal nothing tells what they changed: it is said", async () => {
  const journal = new MemoryJournal();
  start([THEIRS], journal);
  await stack.apply({ it: BLOCK });
  journal.remove(`account/tunnel/${HOST}`);
  change(withSettings({ noTLSVerify: true }));
  expect(await destroyed()).toContain(
    "was changed by someone else; the previous rule is restored",
  );
  expect(rules()[0]).toEqual(THEIRS);
});

test("a destroy that finds the rule from before says of nobody that they changed it", async () => {
  const journal = new MemoryJournal();
  start([THEIRS], journal);
  await stack.apply({ it: BLOCK });
  // As one that was killed before its state was saved has left both.
  journal.remove(`account/tunnel/${HOST}`);
  change(() => THEIRS);
  expect(await destroyed()).not.toContain("was changed by someone else");
  expect(rules()[0]).toEqual(THEIRS);
});
