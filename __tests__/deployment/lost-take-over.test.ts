import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { leftAfter } from "../../deployment/adopt";
import { tellLost } from "../../deployment/leftover-words";
import {
  lostTakeOvers,
  type LostTakeOver,
} from "../../deployment/lost-take-over";
import { cloud, makeApp } from "../local/api/support";

const HOST = "comfyui.datacrew.space";
const NAMES = ["bot (service token)", "People"];

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "lost-"))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/**
 * What is found of a stack without a state that takes an application over.
 *
 * @param listed names of policies that the application lists
 * @param isGivenBack whether the destroy's state knew the application
 * @param own names of the policies that it is to list
 */
async function lookFor(
  listed: readonly string[],
  isGivenBack = false,
  own = NAMES,
): Promise<LostTakeOver | undefined> {
  const it = cloud();
  const { at, client } = it;
  const policies = [];
  for (const name of [...NAMES, "Somebody's"]) {
    const { id } = await client.zeroTrust.access.policies.create({
      ...{ ...at, name, decision: "allow" },
      include: [{ email: { email: "ada@datacrew.space" } }],
    });
    if (listed.includes(name)) policies.push({ id: id! });
  }
  const { id } = await makeApp(it, { name: "Mine", domain: HOST, policies });
  const dir = join(folder, "stacks", "it");
  mkdirSync(dir, { recursive: true });
  const policy = (name: string) => ({ ...at, name, decision: "allow" });
  writeFileSync(
    join(dir, "cdk.tf.json"),
    JSON.stringify({
      terraform: { backend: { local: { path: "../../state/it.tfstate" } } },
      resource: {
        cloudflare_zero_trust_access_policy: {
          bot: policy(NAMES[0]!),
          people: policy(NAMES[1]!),
        },
        tunnel_existing_application: {
          it: { ...at, app_id: id, hostname: HOST, policy_names: own },
        },
      },
    }),
  );
  const stack = { name: "it", dir } as Parameters<typeof lostTakeOvers>[0];
  const options = { env: { ACCESS_STATE_DIR: join(folder, "state") } };
  const known = new Set(isGivenBack ? [id!] : []);
  const left = await leftAfter(stack, known, client, options);
  const [lost] = await lostTakeOvers(stack, known, left, client, options);
  return lost;
}

test("an application that lists the policies of a stack without a state is told, with what to do", async () => {
  const lost = await lookFor([...NAMES, "Somebody's"]);
  expect(lost).toMatchObject({ name: "Mine", hostname: HOST });
  expect(lost?.policies.map(({ object }) => object.name)).toEqual(NAMES);

  const said: string[] = [];
  tellLost("it", [lost!], (line) => said.push(line));
  const ids = lost!.policies.map(({ object }) => object.id).join(" ");
  expect(said.join("\n")).toMatch(
    new RegExp(
      `"Mine" \\(${lost!.id}\\) lists policies .* the tunnel's rule for ${HOST} were before[^]*1\\. Have "Mine" list, in addition,[^]*2\\. Run: npm run destroy -- it --ours ${ids}\\.`,
    ),
  );
});

test("one that a destroy has just given back with several of these names is told as that, and one that lists others is not", async () => {
  const said: string[] = [];
  const lost = await lookFor(NAMES, true);
  tellLost("it", [lost!], (line) => said.push(line));
  expect(said.join("\n")).toMatch(
    /^it: the application "Mine" \(\S+\) is given back as this state's first deploy found it, and lists policies with names of this stack's that no state knows: [^]*If somebody made them by hand, all is as before\. Else:/,
  );
  expect(await lookFor(["People", "Somebody's"])).toBeUndefined();
});

test("a token that the code has since, and another order, hide none of them", async () => {
  const lost = await lookFor([...NAMES].reverse(), true, [...NAMES, "new"]);
  expect(lost?.policies).toHaveLength(2);
});
