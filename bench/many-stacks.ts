/**
 * Time and memory of `npm run deploy`, `review` and `destroy` with 31 services
 * in 31 stacks, as a ratio to Terraform with the same resources in one root.
 * Run with `node --require ./typescript.js bench/many-stacks.ts`; takes some minutes. Exits
 * 1 above 2.5 times, or above 1 GB of all processes.
 *
 * Cloudflare's provider is the stand-in of this process for both, so that
 * neither pays for it, or with `CLOUDFLARE_PROVIDER_MIRROR=FOLDER` the real one
 * of that mirror, which Terraform starts for each stack.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { synthesize } from "../deployment/stacks";
import { startApi } from "../local/api/server";
import { startProviderStandIn } from "../local/provider/start";
import { TUNNEL_PROVIDER } from "../providers/tunnel-route/package";
import { cast } from "../rehearsal/cast";
import { createWorkspace } from "../rehearsal/workspace";
import { installProvider } from "../terraform-plugin/mirror";
import { accountWith } from "./many-services";
import { measured, type Measured } from "./measured";
import { oneRoot } from "./one-root";

const SERVICES = Number(process.argv[2] ?? 31);
const WANTED = 2.5;
const MEGABYTES_WANTED = 1000;
const PROJECT = resolve(__dirname, "..");
const MIRROR = process.env.CLOUDFLARE_PROVIDER_MIRROR;

function report(what: string, ours: Measured, root: Measured): void {
  const ratio = ours.wall / root.wall;
  const held = ratio <= WANTED && ours.peak <= MEGABYTES_WANTED;
  console.log(
    `${held ? "held  " : "MISSED"}  ${what} of ${SERVICES} stacks: ${ratio.toFixed(2)} times one root (${ours.wall.toFixed(1)} s to ${root.wall.toFixed(1)} s; CPU ${(ours.cpu / root.cpu).toFixed(2)} times, ${ours.cpu.toFixed(1)} s to ${root.cpu.toFixed(1)} s), ${ours.peak.toFixed(0)} MB to ${root.peak.toFixed(0)} MB; wanted: ${WANTED} at most, and ${MEGABYTES_WANTED} MB`,
  );
  if (!held) process.exitCode = 1;
}

async function main(): Promise<void> {
  const { account } = accountWith(0);
  const server = await startApi(account);
  const parts = cast(account);
  const standIn = MIRROR
    ? undefined
    : await startProviderStandIn({
        environment: {
          CLOUDFLARE_API_TOKEN: parts.apiToken,
          CLOUDFLARE_BASE_URL: server.baseUrl,
        },
      });
  const workspace = createWorkspace({
    ...parts,
    accountId: account.id,
    apiUrl: server.baseUrl,
    edge: { port: 0, caPem: "" },
    allowedEmails: [parts.allowed.email],
    loginMethod: { name: "Google" },
    reattach: standIn?.reattach,
    mirror: MIRROR && resolve(MIRROR),
    app: `node --require ./typescript.js ${join(__dirname, "many-stacks-app.ts")} ${SERVICES}`,
  });
  const { env } = workspace;
  try {
    const stacks = await synthesize({ env });
    const names = [...stacks.keys()];
    const root = join(workspace.dir, "one-root", "stacks", "all");
    mkdirSync(root, { recursive: true });
    writeFileSync(
      join(root, "cdk.tf.json"),
      JSON.stringify(
        oneRoot(
          new Map(
            names.map((name) => [
              name,
              join(workspace.stackDir(name), "cdk.tf.json"),
            ]),
          ),
        ),
      ),
    );
    const terraform = (line: string) =>
      measured(["sh", "-c", line], { cwd: root, env });
    const ours = (command: string, ...args: string[]) =>
      measured(
        [
          process.execPath,
          ...["--require", "./typescript.js"],
          join(PROJECT, `scripts/${command}.ts`),
          ...args,
        ],
        { cwd: PROJECT, env },
      );

    installProvider({ ...TUNNEL_PROVIDER, stackDirectories: [root] });
    const rootDeploy = await terraform(
      "terraform init && terraform plan -out=plan && terraform apply plan",
    );
    const rootReview = await terraform("terraform plan");
    const rootDestroy = await terraform("terraform destroy -auto-approve");
    const deploy = await ours("deploy", "--auto-approve", ...names);
    report("deploy", deploy, rootDeploy);
    report("review", await ours("review", ...names), rootReview);
    const again = await ours("deploy", "--auto-approve", ...names);
    report("deploy without changes", again, rootReview);
    const destroy = await ours("destroy", "--auto-approve", "--all");
    report("destroy", destroy, rootDestroy);
  } finally {
    await standIn?.close();
    await server.close();
    workspace.remove();
  }
}

void main();
