import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { cloudflareClient } from "../../account/client";
import { checkApiToken } from "../../account/api-token";
import { namedAccount, withNames } from "../../account/named-account";
import { NotKnown } from "../../account/not-known";
import { survey } from "../../adoption/look";
import { printSurvey } from "../../adoption/print";
import { carryOut, look, type Tools } from "../../adoption/split";
import { SplitApi } from "../../adoption/split-api";
import { notFromHere } from "../../adoption/split-guard";
import { splitOf } from "../../adoption/split-plan";
import { wordsOf } from "../../adoption/split-words";
import {
  EXISTING_APPLICATION,
  isOfHostAlone,
} from "../../base/existing-application";
import { printable, printableBelow, printableJson } from "../../base/printable";
import { UsageError } from "../../base/usage-error";
import { noteFolder } from "../../deployment/apply-note";
import { synthesize, withDependencies } from "../../deployment/stacks";
import { readResources } from "../../deployment/state";
import { plansOf } from "../../doctor/planned";
import { ApplicationApi } from "../../providers/existing-application/api";
import { refusalOf } from "../../providers/existing-application/messages";
import type { JsonObject } from "../../providers/tunnel-route/json";
import { connect } from "../../providers/tunnel-route/provider";
import {
  checkDeploySettings,
  environmentWithFile,
  loadSettings,
} from "../../settings";
import { ProviderError } from "../../terraform-plugin/provider";
import type { AdoptOptions } from "../adopt";
import { approved } from "../approved";
import { interruption } from "../command";

/** Gives the host of one service an application of its own. */
export async function split(
  names: string[],
  { autoApprove, gains, json, ours = [], yes = autoApprove }: AdoptOptions,
): Promise<void> {
  const [name = ""] = names;
  const faults = [
    ...(names.length > 1
      ? [
          `--split is for one service at a time: ${names.map((one) => `npm run adopt -- ${one} --split`).join(", then ")}`,
        ]
      : []),
    ...(ours.length > 0 ? ["--ours does not go with --split"] : []),
    ...(gains ? ["--gains does not go with --split: nobody gains by it"] : []),
  ];
  if (faults.length > 0) throw new UsageError("npm run adopt", faults);
  const env = environmentWithFile();
  const signal = interruption();
  checkDeploySettings(env);
  const stacks = withDependencies(await synthesize({ env, signal }), names);
  const { services } = await plansOf(stacks, env);
  const service = services.find((one) => one.name === name);
  if (service === undefined)
    throw new UsageError("npm run adopt", [`${name} is not a service`]);
  const { hostname } = service;
  const settings = loadSettings(env);
  const client = cloudflareClient(env);
  await checkApiToken(client, settings.accountId);
  const say = json ? console.error : console.log;
  const surveys = await survey(stacks, new Set(), settings, env);
  for (const one of surveys)
    say(`${printSurvey(one, process.stdout.columns)}\n`);

  let steps: readonly string[] = [];
  const end = (
    exitCode: number,
    lines: readonly string[],
    own?: JsonObject,
  ): void => {
    for (const line of lines) say(line);
    if (exitCode > 0) process.exitCode = exitCode;
    if (json)
      console.log(
        printableJson({
          hosts: surveys,
          split: {
            steps,
            told: lines,
            existingApplication: own?.["id"],
            done: own !== undefined,
          },
        }),
      );
  };
  const isTold = (text: string) =>
    surveys.some(({ rows }) => rows.some(({ todo }) => todo?.includes(text)));
  const refuse = (why: readonly string[], byHand?: string) =>
    end(1, [
      `${name}: not split; nothing was written:`,
      ...why.map((one) => `  - ${printableBelow(one)}`),
      ...(byHand === undefined
        ? []
        : [
            isTold(byHand)
              ? "The table above says what to do instead."
              : printableBelow(byHand),
          ]),
    ]);

  const account = withNames(
    namedAccount(client, settings),
    service.notes ?? settings,
  );
  try {
    const stack = stacks.find((one) => one.name === name);
    const state = stack ? await readResources(stack, { env }) : [];
    const tools: Tools = {
      ...(await toolsOf(account, env, signal, say)),
      taken: state.find(
        ({ type, values }) =>
          type === EXISTING_APPLICATION &&
          isOfHostAlone(String(values.hostname)),
      )?.values,
    };
    const seen = await look(tools);
    const found = splitOf(hostname, seen, name);
    const refused = await notFromHere(service, account, seen, tools, found);
    if (refused.length > 0) return refuse(refused);
    if ("refused" in found) return refuse(found.refused, found.byHand);
    if ("own" in found) {
      const { own } = found;
      const refusal = refusalOf(own, hostname);
      return refusal
        ? refuse([refusal.summary])
        : end(
            0,
            [`${name}: nothing to split.`, ...lineFor(name, hostname, own)],
            own,
          );
    }
    steps = wordsOf(found.split, seen);
    say(`${name}: this gives ${hostname} an application of its own:`);
    for (const line of steps) say(`  ${printable(line)}`);
    if (!yes && !(await approved(env, signal))) {
      end(Number(process.exitCode ?? 1), []);
      return;
    }
    const own = await carryOut(hostname, tools);
    const isTaken = tools.taken?.["app_id"] === own["id"];
    end(0, lineFor(name, hostname, own, isTaken), own);
  } catch (error) {
    if (error instanceof NotKnown) return refuse([error.message]);
    if (!(error instanceof ProviderError)) throw error;
    end(1, [
      printableBelow(`${name}: stopped: ${error.summary}\n${error.detail}`),
    ]);
  }
}

async function toolsOf(
  account: ReturnType<typeof namedAccount>,
  env: NodeJS.ProcessEnv,
  signal: AbortSignal,
  say: (line: string) => void,
): Promise<Tools> {
  const { accountId } = account.settings;
  const { id: tunnelId } = await account.tunnel();
  const { calls, client } = connect(
    {
      api_token: env.CLOUDFLARE_API_TOKEN ?? "",
      base_url: env.CLOUDFLARE_BASE_URL ?? "",
      journal_dir: join(noteFolder(env), "journal"),
    },
    process.cwd(),
    {
      env,
      sleep: (ms, signal, reason) => {
        say(
          `  ${printable(reason)}; trying again in ${Math.ceil(ms / 1000)} s`,
        );
        return delay(ms, undefined, { signal });
      },
    },
  );
  return {
    api: new SplitApi(calls, accountId),
    applications: new ApplicationApi(calls),
    client,
    tunnel: { accountId, tunnelId },
    signal,
    sleep: (ms, signal) => delay(ms, undefined, { signal }),
    say: (line) => say(`  ${printable(line)}`),
    warn: (line) => console.error(printableBelow(`  ${line}`)),
  };
}

/** What main.ts needs, and what takes it over then. */
function lineFor(
  stack: string,
  hostname: string,
  own: JsonObject,
  isTaken = false,
): string[] {
  const has = `${stack}: ${hostname} has an application of its own: ${printable(String(own["name"]))}`;
  return isTaken
    ? [`${has}, which the stack has taken over.`]
    : [
        `${has}. In main.ts, for ${stack}, in place of any other existingApplication:`,
        `    existingApplication: ${JSON.stringify(String(own["id"]))},`,
        `Then take it over: npm run adopt -- ${stack}`,
      ];
}
