import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { forgetLate, noteLate, unsettled } from "../../deployment/late-note";
import { settleLate } from "../../deployment/settle-late";

const GROUP = "cloudflare_zero_trust_access_group";

let folder: string;
let env: NodeJS.ProcessEnv;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "settle-late-"));
  env = {
    ACCESS_STATE_DIR: join(folder, "state"),
    CDKTF_OUTPUT: join(folder, "out"),
    CLOUDFLARE_API_TOKEN: "t",
    // Nobody answers: who asks all the same says so.
    CLOUDFLARE_BASE_URL: "http://127.0.0.1:9",
  };
  const creates = [{ address: "a.b", type: "a", values: {} }];
  const until = "2026-11-27T20:00:00.000Z";
  write("state/n8n.late.json", { creates, existing: { a: [] }, until });
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function write(name: string, content: object): void {
  const file = join(folder, name);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, JSON.stringify(content));
}

async function told(): Promise<string> {
  const lines: string[] = [];
  await settleLate(env, (line) => lines.push(line));
  return lines.join("\n");
}

test.each([
  [
    "in a file, and the folder names a bucket",
    { gcs: { bucket: "states" } },
    () => write("state/n8n.tfstate", { resources: [{}] }),
    /cannot tell .*: the state of n8n is in .*\/n8n\.tfstate/,
  ],
  [
    "in a bucket, and the folder names a file",
    { local: { path: "../../../state/n8n.tfstate" } },
    () => write("state/n8n.tfstate.moved", {}),
    /cannot tell .*: the state of n8n was moved to/,
  ],
])(
  "nothing passes for left while the state is %s",
  async (_, backend, place, says) => {
    write("out/stacks/n8n/cdk.tf.json", { terraform: { backend } });
    place();
    expect(await told()).toMatch(says);
    expect(existsSync(join(folder, "state/n8n.apply.json"))).toBe(false);
    expect(existsSync(join(folder, "state/n8n.late.json"))).toBe(true);
  },
);

test.each([
  ["unseen", /^n8n: cannot tell whether /],
  ["seen", /^$/],
])(
  "what a run has just left is looked for while it is %s",
  async (is, says) => {
    const until = new Date(Date.now() + 60_000).toISOString();
    const note = { creates: [], existing: { a: [] }, until };
    write("state/n8n.late.json", { ...note, unseen: is === "unseen" });
    const backend = { local: { path: "../../../state/n8n.tfstate" } };
    write("out/stacks/n8n/cdk.tf.json", {
      terraform: { backend },
      resource: { [GROUP]: { g: { account_id: "a", name: "g" } } },
    });
    write("state/n8n.apply.json", {
      ...{ stack: "n8n", command: "deploy", began: until, ended: true },
      ...{ processes: [], creates: [], existing: {}, orphans: ["left"] },
    });
    expect(await told()).toMatch(says);
  },
);

test("whoever looks settles it, and what may still turn up stays noted", () => {
  const run = {
    ...({ stack: "it", command: "deploy", began: "", ended: true } as const),
    ...{ processes: [], creates: [], existing: { [GROUP]: [] }, orphans: [] },
  };
  noteLate(run, env, true);
  expect(unsettled(env)).toEqual(["n8n", "it"].sort());
  forgetLate("it", env);
  expect(unsettled(env)).toEqual(["n8n"]);
  expect(existsSync(join(folder, "state/it.late.json"))).toBe(true);
});
