import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { MALLORY } from "../gate/two-faced-app";
import { TIMEOUT, World } from "../deployment/world";
import {
  atTerminal,
  atTerminalAtLength,
  CTRL_C,
  typed,
  type Answer,
} from "./terminal";

jest.setTimeout(TIMEOUT);

let world: World;
let mark: string;
beforeAll(async () => {
  world = await World.open("guide");
  mark = join(world.workspace.dir, "mark");
});
afterAll(() => world.close());

const QUESTION = /Only "yes" does it: /;

const deploy = (answers: Answer[], env: NodeJS.ProcessEnv = {}) =>
  typed(
    "deploy.ts comfyui",
    {
      ...world.env,
      ...env,
      CDKTF_APP: `node --require ./typescript.js ${join(__dirname, "../gate/two-faced-app.ts")}`,
      FACE: "terraform",
      MARK: mark,
    },
    ...answers,
  );

const questions = (screen: string) => screen.match(new RegExp(QUESTION, "g"));

// Each test goes on where the one before it ended.

atTerminalAtLength(
  "Ctrl-C at the question ends at once and says that nothing was done",
  async () => {
    const writes = await world.writes(async () => {
      const { code, screen } = await deploy([[QUESTION, CTRL_C]]);
      expect(screen).toMatch(/No plan was applied\.\s+Interrupted\.\s*$/);
      expect(screen).not.toContain("Stopping");
      expect(code).toBe(130);
    });
    expect(writes).toEqual([]);
  },
);

atTerminal(
  "a first deploy shows all stacks and asks once, and again where the account changes meanwhile",
  async () => {
    const { applications, identityProviders } = world.account;
    const counts = [identityProviders.size];
    const near = {
      id: "near",
      name: "near",
      type: "self_hosted",
      policies: [],
    };
    const domain = "comfyui.datacrew.space/near";
    const { code, screen } = await deploy([
      [
        QUESTION,
        () => (applications.set("near", { ...near, domain } as never), "yes\n"),
      ],
      [
        QUESTION,
        () => {
          counts.push(identityProviders.size);
          applications.delete("near");
          return "yes\n";
        },
      ],
      [QUESTION, "yes\n"],
    ]);
    expect(screen).toMatch(
      /identity: 2 to create\n +create +cloudflare_zero_trust_access_identity_provider\.google\n +create +tunnel_unique_names\.names\ncomfyui: 5 to create.*, planned as if identity were deployed/,
    );
    expect(screen).toMatch(/changes +PUBLIC -> by login/);
    expect(questions(screen)).toHaveLength(3);
    expect(counts[1]).toBe(counts[0]);
    expect(
      screen.match(/This goes beyond .*\n- the account has changed since/g),
    ).toHaveLength(2);
    expect(screen).toMatch(/comfyui: 1 of \d+: creating cloudflare_/);
    expect(screen).not.toMatch(/Terraform will perform|Creation complete/);
    expect(screen).toMatch(
      /comfyui: https:\/\/comfyui\.datacrew\.space\nNext, .*npm run probe -- comfyui/,
    );
    expect(code).toBe(0);
  },
);

atTerminal(
  "what goes beyond the answer is asked about, and not applied on a no",
  async () => {
    const yes = () => {
      writeFileSync(mark, "");
      return "yes\n";
    };
    const { code, screen } = await deploy(
      [
        [QUESTION, yes],
        [QUESTION, "no\n"],
      ],
      {
        GOOGLE_CLIENT_ID: "another.apps.googleusercontent.com",
        ACCESS_ALLOWED_EMAILS: "ben@example.com",
      },
    );
    expect(screen).toMatch(
      new RegExp(
        `This goes beyond what you have approved:\n- ${MALLORY} at https://comfyui\\.datacrew\\.space/: reviewed as "no", and this deploy makes it "by login"`,
      ),
    );
    expect(screen).toMatch(/identity: deployed\n[^]*comfyui: declined\n/);
    expect(code).toBe(1);
    const policies = JSON.stringify([...world.account.policies.values()]);
    expect(policies).not.toContain(MALLORY);
    expect(policies).not.toContain("ben@example.com");
  },
);
