import type { OwnToken } from "../contract/service-outputs";
import { createHash } from "node:crypto";
import { deployStack } from "../deployment/deploy";
import { tellLeftovers, tellUnknown } from "../deployment/leftover-words";
import type { Stack } from "../deployment/stacks";
import { readResources } from "../deployment/state";
import type { ResourceChange } from "../deployment/terraform";
import {
  findToken,
  readStackService,
  variablesOf,
  type StackService,
} from "../secrets/stack-tokens";
import type { SecretStore } from "../secrets/store";
import { UsageError } from "../base/usage-error";
import { LOST, nextStep } from "./next-step";
import {
  readRotations,
  rotationsFile,
  writeRotation,
  type Rotation,
} from "../contract/rotations";

const TOKEN_TYPE = "cloudflare_zero_trust_access_service_token";

export interface RotateOptions {
  readonly env: NodeJS.ProcessEnv;
  /** Ends the rotation between its steps: an apply that has begun is finished. */
  readonly signal: AbortSignal;
  /** Ends Terraform at once, after `signal`. */
  readonly hurry?: AbortSignal;
  /** Name of the service's stack. */
  readonly service: string;
  /** @default - the service's first token */
  readonly token?: string;
  /** How long the secret before goes on working, in milliseconds. */
  readonly overlap: number;
  readonly force: boolean;
  /** Opens the place that the token's new secret goes to. */
  readonly openStore: (token: OwnToken) => Promise<SecretStore>;
  /** Synthesizes anew, with what the committed file says by then. */
  readonly findStack: () => Promise<Stack>;
  /** Tries the new pair from outside; the text says what was seen. */
  readonly prove: (
    stack: Stack,
    token: OwnToken,
  ) => Promise<{ readonly works: boolean; readonly seen: string }>;
  /** Told of each step, for people. */
  readonly say: (line: string) => void;
  /** @default - the machine's clock */
  readonly now?: () => Date;
}

export interface Rotated {
  readonly token: string;
  readonly version: number;
  /** Until then the secret before works too. */
  readonly previousExpiresAt: string;
  /** Of the token itself; absent where it is never expires. */
  readonly expiresAt?: string;
  readonly store: string;
  /** Names of what was stored. */
  readonly names: readonly string[];
}

/**
 * Gives a token a new secret: notes it in the committed file, deploys, stores
 * it, tries it, and then leaves the secret before to lapse. Where it stands is
 * in that file and the state, so that the same call goes on after any end.
 *
 * @throws UsageError where it must not or cannot begin
 * @throws Error where the new secret does not work: the one before still does
 */
export async function rotate(options: RotateOptions): Promise<Rotated> {
  const { env, say, service: name, signal } = options;
  const stack = await options.findStack();
  const before = findToken(
    await readStackService(stack, { env, signal }),
    options.token,
  );
  const store = await options.openStore(before);
  await store.check();
  const file = rotationsFile(env);
  const committed = readRotations(file)?.[name]?.[before.name];
  const next = nextStep({
    committed,
    deployed: await readVersion(stack, before, options),
    now: options.now?.() ?? new Date(),
    overlap: options.overlap,
    force: options.force,
  });
  if (next.step === "refuse")
    throw new UsageError(`Token ${before.name}`, [next.why]);
  const { step } = next;
  const of = fingerprint(before.clientId);
  const rotation: Rotation = { ...next.rotation, of };

  writeRotation(file, name, before.name, rotation);
  say(
    step === "deploy"
      ? `Deploying version ${rotation.version} of ${before.name}'s secret`
      : `Continuing with version ${rotation.version}, which is already deployed`,
  );
  // Also in the second case: what follows from the new secret, outputs and what
  // the stack keeps elsewhere, may be missing where the deploy was cut short.
  const undo = () => writeRotation(file, name, before.name, committed);
  try {
    await deployToken(await options.findStack(), before, options, undo);
    signal.throwIfAborted();
  } catch (error) {
    // What was refused was not begun.
    if (!(error instanceof UsageError)) say(cutOff(before, rotation, options));
    throw error;
  }

  const service = await readStackService(stack, { env, signal });
  const token = findToken(service, before.name);
  if (fingerprint(token.clientSecret) === rotation.unfinished?.replaces)
    throw new UsageError(`Token ${token.name}`, [LOST]);
  const names = await keep(service, token, store, say);
  say(`Verifying the new secret at ${service.hostname}`);
  const { seen, works } = await options.prove(stack, token);
  if (!works)
    throw new Error(
      `The new secret of ${token.name} does not work: ${seen}. It is stored in ${store.description}. The previous secret works until ${rotation.previousExpiresAt}. Run this again to retry.`,
    );
  say(`It works: ${seen}`);
  const { previousExpiresAt, version } = rotation;
  writeRotation(file, name, token.name, { version, previousExpiresAt, of });
  return {
    token: token.name,
    version,
    previousExpiresAt,
    expiresAt: token.expiresAt,
    store: store.description,
    names,
  };
}

/** What a rotation that was cut off comes to: the same call goes on with it. */
function cutOff(
  { name }: OwnToken,
  { previousExpiresAt }: Rotation,
  { force }: RotateOptions,
): string {
  const works = force
    ? ""
    : ` The secret in use works until ${previousExpiresAt}, if not longer.`;
  return `${name}: the rotation is not finished.${works} To go on, run the same command again.`;
}

async function keep(
  service: StackService,
  token: OwnToken,
  store: SecretStore,
  say: RotateOptions["say"],
): Promise<string[]> {
  const values = variablesOf(service, token);
  await store.put(values);
  const names = Object.keys(values);
  say(`Stored ${names.join(" and ")} in ${store.description}`);
  return names;
}

/** The version that the state knows, with what belongs to it. */
async function readVersion(
  stack: Stack,
  token: OwnToken,
  options: RotateOptions,
) {
  const resources = await readResources(stack, options);
  const found = resources.find(
    ({ type, values }) => type === TOKEN_TYPE && values.id === token.id,
  );
  const {
    client_secret: secret,
    client_secret_version: version,
    previous_client_secret_expires_at,
  } = found?.values ?? {};
  return {
    version: typeof version === "number" ? version : 1,
    previousExpiresAt:
      typeof previous_client_secret_expires_at === "string"
        ? previous_client_secret_expires_at
        : undefined,
    token: fingerprint(token.clientId),
    // Outputs lag behind where a deploy was cut short.
    secret: fingerprint(
      typeof secret === "string" ? secret : token.clientSecret,
    ),
  };
}

/** Deploys the rotation and nothing else. */
async function deployToken(
  stack: Stack,
  token: OwnToken,
  { env, hurry, say, signal }: RotateOptions,
  undo: () => void,
): Promise<void> {
  let others: readonly string[] = [];
  const outcome = await deployStack(stack, {
    env,
    hurry,
    signal,
    // Cloudflare tells a new secret once: a call that is dropped loses it.
    finishApply: true,
    onRetry: (_, remedy, seconds) =>
      say(`${remedy} Trying again in ${seconds} s.`),
    onLeftovers: (_, found) => tellLeftovers(stack.name, found, say),
    onUnknown: (_, error) => tellUnknown(stack.name, error, say),
    approve: async (_, changes, provider) => {
      others = [
        ...changes
          .filter(
            (change) =>
              !isUpdate(change, token) && !isNewVersion(change, token),
          )
          .map(({ actions, address }) => `${actions.join(" and ")} ${address}`),
        ...(provider
          ? [
              `Cloudflare's provider changes from ${provider.from} to ${provider.to}`,
            ]
          : []),
      ];
      return others.length === 0;
    },
  });
  if (outcome !== "declined") return;
  undo();
  throw new UsageError(`Stack ${stack.name}`, [
    `its code and the account differ in more than this rotation, and nothing was done: deploy first (npm run deploy -- ${stack.name}). ${others.join(", ")}`,
  ]);
}

/** A new secret of the token. */
function isUpdate(
  { actions, after, type }: ResourceChange,
  token: OwnToken,
): boolean {
  return (
    type === TOKEN_TYPE &&
    actions.join() === "update" &&
    after?.name === token.name
  );
}

/** What the stack writes to Google because of it. */
function isNewVersion(
  { actions, after, type }: ResourceChange,
  { held }: OwnToken,
): boolean {
  // Versions are named by the project's number, and secrets by its id.
  const [secret] = /secrets\/[^/]+/.exec(held?.clientSecret ?? "") ?? [];
  return (
    type === "google_secret_manager_secret_version" &&
    actions.includes("create") &&
    secret !== undefined &&
    String(after?.secret).endsWith(`/${secret}`)
  );
}

/** Tells secrets apart without telling them. */
function fingerprint(secret: string): string {
  return createHash("sha256").update(secret).digest("hex").slice(0, 8);
}
