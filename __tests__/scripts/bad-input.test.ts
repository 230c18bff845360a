import {
  chmodSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { atLength } from "../at-length";
import {
  run,
  runScript,
  TIMEOUT,
  World,
  type Outcome,
} from "../deployment/world";

jest.setTimeout(TIMEOUT);

const PROJECT = resolve(__dirname, "../..");
const CDKTF = join(PROJECT, "node_modules/.bin/cdktf");
const FAULTY_APP =
  "node --require ./typescript.js __tests__/scripts/faulty-app.ts";

const dir = mkdtempSync(join(tmpdir(), "bad-input-"));
let world: World;
beforeAll(async () => (world = await World.open("guide")));
afterAll(async () => {
  await world.close();
  rmSync(dir, { recursive: true });
});

/** What a user has who has set nothing. */
const BARE: NodeJS.ProcessEnv = {
  PATH: process.env.PATH,
  HOME: dir,
  TMPDIR: dir,
  ACCESS_ENV_FILE: "",
  CDKTF_OUTPUT: join(dir, "out"),
  CDKTF_OUTDIR: join(dir, "out"),
  ACCESS_STATE_DIR: join(dir, "state"),
  CHECKPOINT_DISABLE: "1",
};

/** Fails unless the command ended so and its message is one for people. */
function expectRefusal(outcome: Outcome, code: number, ...said: RegExp[]) {
  const stdout = stripVTControlCharacters(outcome.stdout);
  const stderr = stripVTControlCharacters(outcome.stderr);
  for (const pattern of said) expect(stderr).toMatch(pattern);
  expect(`${stdout}${stderr}`).not.toMatch(/^\s+at .*:\d+:\d+\)?$/m);
  expect(outcome.code).toBe(code);
}

/** Runs a command of the deployed world; nothing may be written. */
async function refused(
  code: number,
  [name, ...args]: [string, ...string[]],
  env: NodeJS.ProcessEnv,
  ...said: RegExp[]
): Promise<Outcome> {
  let outcome: Outcome | undefined;
  const writes = await world.writes(async () => {
    outcome = await world.script(name, args, env);
  });
  expectRefusal(outcome!, code, ...said);
  expect(writes).toEqual([]);
  return outcome!;
}

const DEPLOY: [string, ...string[]] = ["deploy", "comfyui", "--auto-approve"];

describe("settings", () => {
  const missing = [
    /^Settings:$/m,
    /^- CLOUDFLARE_ACCOUNT_ID is not set: set it to /m,
    /^- CLOUDFLARE_ZONE is not set: set it to /m,
    /^- CLOUDFLARE_TUNNEL is not set: set it to /m,
    /^- GOOGLE_CLIENT_ID is not set: set it to /m,
  ];

  const namesMissing = async (name: string) =>
    expectRefusal(await runScript(name, ["comfyui"], BARE), 2, ...missing);
  test.each(["deploy"])("%s names all that are missing", namesMissing);
  atLength.each(["destroy", "adopt", "revoke", "logs"])(
    "%s names all that are missing",
    namesMissing,
  );

  test("probe, which only reads the code, says in one line that there are none", async () =>
    expectRefusal(
      await runScript("probe", ["comfyui"], BARE),
      2,
      /^Settings:$/m,
      /^- there are none, .*npm run doctor names what is missing$/m,
    ));

  atLength("cdktf synth says in one line that there are none", async () => {
    const outcome = await run(CDKTF, ["synth"], BARE);
    expectRefusal(
      { ...outcome, stderr: outcome.stdout + outcome.stderr },
      1,
      /there are none, .*cp \.env\.example \.env/,
    );
  });

  test("deploy names all that are malformed, and says no secret", async () => {
    const { stdout, stderr } = await refused(
      2,
      DEPLOY,
      {
        CLOUDFLARE_ACCOUNT_ID: "datacrew",
        CLOUDFLARE_API_TOKEN: "not-a-token-but-secret",
        CLOUDFLARE_ZONE: "https://datacrew.space",
        CLOUDFLARE_TUNNEL: "0d5e2f1c-5e21-4c3b-9a70-da7ac2e57a11",
        GOOGLE_CLIENT_ID: "GOCSPX",
        ACCESS_ALLOWED_EMAILS: "ada",
        ACCESS_DNS_RECORDS: "maybe",
      },
      /^- CLOUDFLARE_ACCOUNT_ID must be .*, got "datacrew"$/m,
      /^- CLOUDFLARE_ZONE must be .*, got "https:\/\/datacrew\.space"$/m,
      /^- CLOUDFLARE_TUNNEL must be .*, not its id/m,
      /^- GOOGLE_CLIENT_ID must be /m,
      /^- ACCESS_ALLOWED_EMAILS must be .*, got "ada"$/m,
      /^- ACCESS_DNS_RECORDS must be unset .*, got "maybe"$/m,
      /^- CLOUDFLARE_API_TOKEN must be 40 or more .*: 22 characters given/m,
    );
    expect(stdout + stderr).not.toContain("not-a-token-but-secret");
  });

  test("deploy names what the shell holds and the file says otherwise, without values", async () => {
    const file = join(dir, "other.env");
    writeFileSync(
      file,
      "CLOUDFLARE_ZONE=file.example\nCLOUDFLARE_API_TOKEN=of-the-file\n",
    );
    const { stdout, stderr } = await refused(
      2,
      DEPLOY,
      {
        ACCESS_ENV_FILE: file,
        CLOUDFLARE_ZONE: "not a zone",
        CLOUDFLARE_API_TOKEN: "of-the-shell",
      },
      /^The environment overrides .*other\.env, which has other values: CLOUDFLARE_API_TOKEN, CLOUDFLARE_ZONE\. To use the file's, run: unset CLOUDFLARE_API_TOKEN CLOUDFLARE_ZONE$/m,
    );
    expect(stdout + stderr).not.toMatch(/of-the-(file|shell)/);
  });

  test.each([
    ["that is not there", join(dir, "gone"), /does not exist/],
    ["that is a folder", dir, /can't be read: EISDIR/],
  ])("deploy names a file of settings %s", (_, file, said) =>
    refused(2, DEPLOY, { ACCESS_ENV_FILE: file }, said),
  );
});

describe("what main.ts says", () => {
  const faults = [
    /outside: hostname must lie in the zone datacrew\.space, got "comfyui\.elsewhere\.example": write "comfyui\.datacrew\.space"/,
    /deep: hostname must have one label before datacrew\.space, got "a\.b\.datacrew\.space": .* write "a-b\.datacrew\.space"/,
    /nobody\/.*: the policy "ComfyUI Access Policy" has no include rule and would match no one: add one/,
  ];

  test("deploy names every host and policy that can't be", () =>
    refused(2, DEPLOY, { CDKTF_APP: FAULTY_APP }, /^Stacks:$/m, ...faults));

  test("cdktf synth names the same", async () => {
    const env = { ...world.env, CDKTF_APP: FAULTY_APP };
    const outcome = await run(CDKTF, ["synth"], env);
    expectRefusal(
      { ...outcome, stderr: outcome.stdout + outcome.stderr },
      1,
      ...faults,
    );
  });

  test("deploy says how to find a failure of its own", () =>
    refused(
      1,
      DEPLOY,
      {
        CDKTF_APP:
          "node --require ./typescript.js __tests__/scripts/broken-app.ts",
      },
      /^The app did not synthesize:\n {2}Error: no such preset: comfy\n {2}To see where: node --enable-source-maps --import tsx main\.ts$/m,
    ));

  const namesStacks = (name: string) =>
    refused(
      2,
      // Those that change nothing ask nobody.
      ["probe", "logs"].includes(name)
        ? [name, "comfy"]
        : [name, "comfy", "--auto-approve"],
      {},
      /^Stacks:\n- main\.ts has no stack "comfy": it has comfyui, identity$/m,
    );
  test.each(["deploy"])(
    "%s names the stacks there are where one is unknown",
    namesStacks,
  );
  atLength.each(["destroy", "adopt", "probe", "revoke", "logs"])(
    "%s names the stacks there are where one is unknown",
    namesStacks,
  );
});

describe("what the account has", () => {
  test("an unknown login method is told with those there are", () =>
    refused(
      1,
      DEPLOY,
      { GOOGLE_CLIENT_ID: "", ACCESS_LOGIN_METHOD: "Gogle" },
      /No login method is named Gogle\. There: One-time PIN\./,
    ));

  atLength(
    "an unknown zone and tunnel are told with those there are",
    async () => {
      expect(
        (await world.script("deploy", ["identity", "--auto-approve"])).code,
      ).toBe(0);
      await refused(
        1,
        DEPLOY,
        { CLOUDFLARE_ZONE: "datacrew.example", CLOUDFLARE_TUNNEL: "datacrew" },
        /No zone of this account is named\s+datacrew\.example\. There:\s+datacrew\.space\./,
        /No tunnel is named datacrew\. There:\s+datacrew-services\./,
      );
    },
  );

  const tokenRefused = async (name: string) => {
    const token = "A".repeat(40);
    const { stdout, stderr } = await refused(
      2,
      [name, "comfyui", "--auto-approve"],
      { CLOUDFLARE_API_TOKEN: token },
      /^API token:\n- Cloudflare says that CLOUDFLARE_API_TOKEN is unknown: make a token in the dashboard/m,
    );
    expect(stdout + stderr).not.toContain(token);
  };
  test.each(["deploy"])("%s says that the API token is refused", tokenRefused);
  atLength.each(["destroy", "adopt"])(
    "%s says that the API token is refused",
    tokenRefused,
  );

  atLength("deploy says where to switch Zero Trust on", async () => {
    const file = join(dir, "never-switched-on.json");
    const guide = JSON.parse(
      readFileSync(join(PROJECT, "local/accounts/guide.json"), "utf8"),
    ) as Record<string, unknown>;
    const kept = [
      "account",
      "zones",
      "dns_records",
      "tunnels",
      "api_tokens",
      "people",
      "google_clients",
    ];
    writeFileSync(
      file,
      JSON.stringify(
        Object.fromEntries([
          ["organization", null],
          ...kept.map((name) => [name, guide[name]]),
        ]),
      ),
    );
    const other = await World.open(file);
    try {
      const before = other.account.snapshot();
      const outcome = await other.script("deploy", DEPLOY.slice(1));
      expectRefusal(
        outcome,
        1,
        /can't be reviewed, and so were not applied:/,
        /Zero Trust was never switched on for this account \(9999\)\. Open https:\/\/dash\.cloudflare\.com\//,
      );
      expect(other.account.snapshot()).toEqual(before);
    } finally {
      await other.close();
    }
  });
});

describe("what this machine has", () => {
  const terraform = (name: string, script: string) => {
    const file = join(dir, name);
    writeFileSync(file, `#!/bin/sh\n${script}\n`);
    chmodSync(file, 0o755);
    return file;
  };

  const noTerraform = (...command: [string, ...string[]]) =>
    refused(
      2,
      command,
      { TERRAFORM_BINARY_NAME: "terraform-that-is-not-here" },
      /^Terraform:\n- "terraform-that-is-not-here" is not on PATH or cannot run: install Terraform 1\.11 or newer/m,
    );
  const oldTerraform = (...command: [string, ...string[]]) =>
    refused(
      2,
      command,
      {
        TERRAFORM_BINARY_NAME: terraform(
          "old-terraform",
          `echo '{"terraform_version":"1.10.5"}'`,
        ),
      },
      /^Terraform:\n- ".*old-terraform" is version 1\.10\.5: 1\.11 or newer is needed/m,
    );
  test("deploy says how to get Terraform where there is none", () =>
    noTerraform(...DEPLOY));
  test("rehearse says which Terraform is too old", () =>
    oldTerraform("rehearse"));
  atLength("rehearse says how to get Terraform where there is none", () =>
    noTerraform("rehearse"),
  );
  atLength("deploy says which Terraform is too old", () =>
    oldTerraform(...DEPLOY),
  );

  test("rehearse says all ports that are taken", async () => {
    const server = createServer();
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    const { port } = server.address() as AddressInfo;
    const said = (part: string) =>
      new RegExp(
        `^ *the local ${part} cannot listen on port ${port} of 127\\.0\\.0\\.1 \\(EADDRINUSE\\): choose another`,
        "m",
      );
    try {
      await refused(
        1,
        ["rehearse", "--api-port", String(port), "--edge-port", String(port)],
        {},
        said("API"),
        said("edge"),
      );
    } finally {
      await new Promise((done) => server.close(done));
    }
  });

  test("rehearse says where the real provider is not to be had", () =>
    refused(
      2,
      ["rehearse", "--provider", "real"],
      { TF_CLI_CONFIG_FILE: "", TF_PLUGIN_CACHE_DIR: dir },
      /^Provider:\n- this machine has no copy of cloudflare 5\.14\.0/m,
    ));
});

describe("options", () => {
  type Wrong = [string, [string, ...string[]], RegExp];
  const SAYS = "say what is wrong with %s, and where help is";
  const says = (_: string, command: [string, ...string[]], said: RegExp) =>
    refused(2, command, {}, said, /^Try --help\.$/m);
  test.each<Wrong>([
    [
      "no stack",
      ["deploy"],
      /missing required argument 'stacks'[^]*Add the name of a stack in main\.ts: comfyui, identity\./,
    ],
    [
      "a port that is none",
      ["rehearse", "--api-port", "80a"],
      /'80a' is invalid\. Expected a port number from 0 to 65535\./,
    ],
    [
      "a wait that is none",
      ["probe", "comfyui", "--wait", "soon"],
      /Expected 30s, 5m, 24h, 7d, or a number of seconds/,
    ],
  ])(SAYS, says);
  atLength.each<Wrong>([
    ["an unknown option", ["rehearse", "--kep"], /unknown option '--kep'/],
    [
      "an unknown option",
      ["deploy", "comfyui", "--yes"],
      /unknown option '--yes'/,
    ],
    [
      "no service",
      ["logs"],
      /missing required argument 'service'[^]*Add the name of a service in main\.ts: comfyui\./,
    ],
    [
      "a port beyond all",
      ["local", "--edge-port", "65536"],
      /'65536' is invalid/,
    ],
    [
      "a lock timeout in weeks",
      ["deploy", "comfyui", "--lock-timeout", "1w"],
      /Expected 30s, 5m, 24h, 7d, or a number of seconds/,
    ],
  ])(SAYS, says);

  const faultyAccount = async (name: string) => {
    const file = join(dir, "account.json");
    writeFileSync(file, JSON.stringify({ account: { id: "x" } }));
    await refused(
      2,
      [name, "--account", file],
      {},
      /account\.json/,
      /account\.id: /,
      /account\.name: /,
      /use guide, empty, or the path to an account file/,
    );
    await refused(
      2,
      [name, "--account", "nowhere"],
      {},
      /can't be read: ENOENT/,
    );
  };
  test.each(["local"])(
    "%s says what is wrong with an account file",
    faultyAccount,
  );
  atLength.each(["rehearse"])(
    "%s says what is wrong with an account file",
    faultyAccount,
  );
});
