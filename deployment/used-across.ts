import { TOKEN } from "./leftovers";
import type { Stack } from "./stacks";
import { readResources } from "./state";
import type { TerraformOptions } from "./terraform";

/** A service token of one stack that a policy of another one admits. */
export interface UsedAcross {
  readonly owner: Stack;
  readonly token: string;
  readonly user: Stack;
  readonly policy: string;
}

/**
 * The service tokens of some stacks that others admit, by their states:
 * Cloudflare deletes none of these before its policy.
 */
export async function usedAcross(
  owners: readonly Stack[],
  all: readonly Stack[],
  options: TerraformOptions,
): Promise<UsedAcross[]> {
  // One that can't be read stops no destroy of another stack.
  const read = (stack: Stack) => readResources(stack, options).catch(() => []);
  const tokens = await Promise.all(
    owners.map(async (owner) =>
      (await read(owner))
        .filter(({ type }) => type === TOKEN)
        .map(({ values }) => ({ owner, values })),
    ),
  );
  if (tokens.flat().length === 0) return [];
  const users = await Promise.all(
    all.map(async (user) =>
      (await read(user))
        .filter(({ type }) => type === "cloudflare_zero_trust_access_policy")
        .map(({ values }) => ({ user, values, text: JSON.stringify(values) })),
    ),
  );
  return tokens.flat().flatMap(({ owner, values: token }) =>
    users
      .flat()
      .filter(
        ({ text, user }) =>
          user.name !== owner.name && text.includes(String(token.id)),
      )
      .map(({ user, values }) => ({
        ...{ owner, token: String(token.name) },
        ...{ user, policy: String(values.name) },
      })),
  );
}

/** Stacks in their order, but those first whose policies admit tokens of others. */
export function usersFirst(
  stacks: readonly Stack[],
  used: readonly UsedAcross[],
): Stack[] {
  const ordered = new Set<Stack>();
  const begun = new Set<Stack>();
  const add = (stack: Stack) => {
    if (begun.has(stack)) return;
    begun.add(stack);
    for (const { owner, user } of used)
      if (owner.name === stack.name && stacks.includes(user)) add(user);
    ordered.add(stack);
  };
  stacks.forEach(add);
  return [...ordered];
}
