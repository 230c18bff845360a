import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { MOTO, startBucket } from "../deployment/s3";
import {
  startDeployed,
  TIMEOUT,
  type Deployed,
  type Outcome,
} from "../secrets/deployed";
import { startReadOnly, type ReadOnly } from "./read-only";

jest.setTimeout(TIMEOUT);

/** Who asks without any name is told nothing. */
const NOBODY =
  "AWS4-HMAC-SHA256 Credential=nobody/20261124/us-east-1/s3/aws4_request";

const suite = MOTO === undefined ? describe.skip : describe;

suite(
  `runners that keep nothing (${MOTO ?? "moto_server is not installed"})`,
  () => {
    let bucket: Awaited<ReturnType<typeof startBucket>>;
    let world: Deployed;
    let reader: ReadOnly;
    let before: string;
    const closing: (() => Promise<void>)[] = [];
    beforeAll(async () => {
      bucket = await startBucket();
      closing.push(() => bucket.close());
      world = await startDeployed();
      closing.push(() => world.close());
      reader = await startReadOnly(world.account, world.cloudflare.apiUrl);
      closing.push(() => reader.close());
      before = account();
    });
    afterAll(async () => {
      for (const close of closing.reverse()) await close();
    });

    /** What the account has that a service's stack makes or changes. */
    function account(): string {
      const { applications, policies, serviceTokens, tunnels } = world.account;
      return JSON.stringify([
        [...applications.keys(), ...policies.keys(), ...serviceTokens.keys()],
        [...tunnels.values()].map(({ configuration }) => configuration.config),
      ]);
    }

    let runners = 0;

    /** Runs a step as a workflow does, in a checkout that has nothing of others. */
    function onRunner(
      args: string[],
      extra: NodeJS.ProcessEnv = {},
    ): Promise<Outcome> {
      const folder = join(world.folder, `runner-${++runners}`);
      mkdirSync(folder);
      return world.run("ci", args, {
        ...bucket.env,
        ...extra,
        GITHUB_ACTIONS: "true",
        ACCESS_STATE_DIR: join(folder, "state"),
        CDKTF_OUTPUT: join(folder, "cdktf.out"),
      });
    }

    /** As the job before it, which has no secret and is given none. */
    async function synthesized(purpose: "review" | "deploy"): Promise<string> {
      const folder = join(world.folder, `synthesized-${++runners}`);
      const { code } = await onRunner(
        ["synthesize", "--for", purpose, "--out", folder],
        {
          CLOUDFLARE_API_TOKEN: "",
          TF_VAR_google_client_secret: "",
          AWS_ACCESS_KEY_ID: "",
          AWS_SECRET_ACCESS_KEY: "",
        },
      );
      expect(code).toBe(0);
      return folder;
    }

    /** Every state in the bucket, as it is. */
    async function states(): Promise<string[]> {
      const { ACCESS_STATE_ENDPOINT: endpoint } = bucket.env;
      const keys = await bucket.keys();
      return Promise.all(
        keys.map(async (key) => {
          const { headers } = await fetch(`${endpoint}/states/${key}`, {
            method: "HEAD",
            headers: { authorization: NOBODY },
          });
          return `${key} ${headers.get("etag")} ${headers.get("last-modified")}`;
        }),
      );
    }

    test("a service is reviewed, deployed, looked after and taken back, each on another", async () => {
      const reviewed = join(world.folder, "reviewed.json");
      const review = await onRunner(
        ["pull-request", "--save", reviewed],
        reader.env,
      );
      expect(review.stdout).toMatch(/PUBLIC \| \*\*loses\*\*: no/);
      expect(review.code).toBe(0);
      expect(await bucket.keys()).toEqual([]);

      const toDeploy = ["--synthesized", await synthesized("deploy")];
      const deployed = await onRunner([
        ...["main", "--reviewed", reviewed],
        ...toDeploy,
      ]);
      expect(deployed.stdout).toMatch(/`comfyui` \| deployed \| \d+ kept/);
      expect(deployed.code).toBe(0);

      const stored = await states();
      expect(stored).toEqual([
        expect.stringMatching(/^access-stacks\/comfyui.tfstate "\w+" /),
        expect.stringMatching(/^access-stacks\/identity.tfstate "\w+" /),
      ]);
      const nothing = await onRunner(["pull-request"], reader.env);
      expect(nothing.stdout).toContain("Nobody's access changes");
      const toPlan = ["--synthesized", await synthesized("review")];
      const nightly = await onRunner(["nightly", ...toPlan], reader.env);
      expect(nightly.stdout).toContain("2 stacks are as deployed.");
      expect([nothing.code, nightly.code]).toEqual([0, 0]);
      expect(await states()).toEqual(stored);

      const rolledBack = await onRunner(["rollback", ...toDeploy, "comfyui"]);
      expect(rolledBack.stdout).toContain("as before: leads to http");
      expect(rolledBack.code).toBe(0);
      expect(account()).toBe(before);
    });

    test("a state that would be lost with its runner is refused", async () => {
      const { code, stderr } = await world.run("ci", ["main"], {
        GITHUB_ACTIONS: "true",
        ACCESS_STATE_DIR: "",
      });
      expect(stderr).toContain("would be lost with this runner");
      expect(code).toBe(2);
    });
  },
);
