import { leftWithoutLogin } from "../access/left-without-login";
import { accountReader } from "../account/account-reader";
import { cloudflareClient } from "../account/client";
import { NotKnown } from "../account/not-known";
import { printable } from "../base/printable";
import { APPLICATION } from "../deployment/leftovers";
import type { Stack } from "../deployment/stacks";
import { readResources } from "../deployment/state";
import type { ResourceChange } from "../deployment/terraform";
import { loadSettings } from "../settings";

const LOGIN_METHODS: ReadonlySet<string> = new Set([
  "cloudflare_zero_trust_access_identity_provider",
  "tunnel_one_time_pin",
]);

/**
 * Tells, before a plan is approved, to which applications nobody could log in
 * any more: Cloudflare deletes a login method that applications name.
 *
 * @param all changes of all that is approved at once: an application that is
 * deleted as well needs no login
 */
export async function tellLeftWithoutLogin(
  stack: Stack,
  changes: readonly ResourceChange[],
  env: NodeJS.ProcessEnv,
  say: (line: string) => void,
  all: readonly ResourceChange[] = changes,
): Promise<void> {
  const deleted = new Set(
    changes
      .filter(
        ({ actions, type }) =>
          LOGIN_METHODS.has(type) && actions.includes("delete"),
      )
      .map(({ address }) => address),
  );
  if (deleted.size === 0) return;
  const gone = (await readResources(stack, { env })).filter(
    ({ address, values }) => deleted.has(address) && values.made !== false,
  );
  if (gone.length === 0) return;
  const names = gone.map(({ values }) => String(values.name)).join(", ");
  const goneToo = new Set(
    all
      .filter(
        ({ actions, type }) =>
          type === APPLICATION && actions.includes("delete"),
      )
      .map(({ before }) => String(before?.id)),
  );
  const reader = accountReader(
    cloudflareClient(env),
    loadSettings(env).accountId,
  );
  try {
    const left = leftWithoutLogin(
      {
        applications: (await reader.applications()).filter(
          ({ id }) => !goneToo.has(String(id)),
        ),
        groups: await reader.groups(),
        policies: await reader.policies(),
        identity_providers: await reader.loginMethods(),
      },
      new Set(gone.map(({ values }) => String(values.id))),
    );
    if (left.length > 0)
      say(
        printable(
          `${stack.name}: warning: without ${names} nobody can log in any more to ${left.map(({ domain, name }) => `${name} (${domain})`).join(", ")}. Give them another login method first, and rules that do not ask for ${names} (Zero Trust, Access controls, Applications), or they stay closed.`,
        ),
      );
  } catch (error) {
    if (!(error instanceof NotKnown)) throw error;
    say(
      `${stack.name}: warning: cannot tell which applications are left without a login method once ${printable(names)} is gone: ${error.message}`,
    );
  }
}
