import { namedAccount } from "../account/named-account";
import { cloudflareClient } from "../account/client";
import { withDependencies, type Stack } from "../deployment/stacks";
import type { World } from "../probe/world";
import { UsageError } from "../base/usage-error";
import { checkDeploySettings, loadSettings } from "../settings";
import { NotKnown } from "../account/not-known";
import { notChecked, toFinding, type DoctorFinding } from "./check";
import { ofService } from "./named-by-services";
import { plansOf } from "./planned";
import { findToken, type TokenHere } from "./symptoms/token";
import type { SymptomName } from "./symptoms/names";
import { SYMPTOMS } from "./symptoms/symptoms";

export interface DiagnoseOptions {
  readonly env: NodeJS.ProcessEnv;
  /** Name of the service's stack. */
  readonly name: string;
  readonly symptom: SymptomName;
  /** Who is refused, where it is a person. */
  readonly email?: string;
  /** Where it is seen. @default - the service's API path, or its page */
  readonly path?: string;
  synthesize(): Promise<ReadonlyMap<string, Stack>>;
  readonly outside: Pick<World, "ask">;
  /** Asks from this machine, without Cloudflare. */
  readonly host: Pick<World, "ask">;
  /** @default - the machine's time */
  readonly now?: Date;
}

/**
 * Asks one question after the other until one finds what is behind a symptom:
 * a problem, then the last finding. Changes nothing.
 *
 * @throws UsageError for settings, and for a name that no service has
 */
export async function diagnose(
  options: DiagnoseOptions,
): Promise<DoctorFinding[]> {
  const { email, env, host, name, outside, path, symptom } = options;
  checkDeploySettings(env);
  const settings = loadSettings(env);
  const stacks = withDependencies(await options.synthesize(), [name]);
  const plans = await plansOf(stacks, env);
  const service = plans.services.find((it) => it.name === name);
  const stack = stacks.find((one) => one.name === name);
  if (!service || !stack)
    throw new UsageError("Services", [`the stack "${name}" has no service`]);
  let token: Promise<TokenHere> | undefined;
  const context = ofService(
    {
      token: () => (token ??= findToken(stack, env, path)),
      account: namedAccount(cloudflareClient(env), settings),
      now: options.now ?? new Date(),
      ...{ email, env, host, outside, path, plans, service, settings },
    },
    service,
  );
  const findings: DoctorFinding[] = [];
  for (const check of SYMPTOMS[symptom]) {
    const seen = await Promise.resolve(check.run(context)).catch(
      (error: unknown) => {
        if (error instanceof NotKnown) return notChecked(error.message);
        if (isNoAnswer(error))
          return notChecked(
            `no answer (${(error as Error).message}): the service, or something on the way, hangs`,
          );
        throw error;
      },
    );
    findings.push(...[seen].flat().map((one) => toFinding(check, one)));
    if (findings.some(({ status }) => status === "problem")) break;
  }
  return findings;
}

/** Whether a request got no answer in time, or no connection. */
function isNoAnswer(error: unknown): boolean {
  return (
    error instanceof Error &&
    (error.name === "TimeoutError" ||
      ("code" in error && /^(UND_ERR_|E[A-Z]+$)/.test(String(error.code))))
  );
}
