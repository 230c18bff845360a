import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { CONFIGURATION } from "../base/synthesized";
import { planOnly } from "../deployment/plan-only";
import { errorsIn, remedyFor } from "../deployment/remedies";
import { synthesize, type Stack } from "../deployment/stacks";
import { TerraformError, type TerraformOptions } from "../deployment/terraform";
import { eachOf } from "../probe/each-of";
import { codeOf, comparable, differences } from "./code";
import { AT_A_TIME, planToRead, type ReadPlan } from "./plan-all";

/** What a stack will do that can be planned in earnest only after another. */
export interface Foreseen extends ReadPlan {
  readonly stack: Stack;
}

/** Of stacks that wait for others: what they will do, or why nobody can tell. */
export interface Foresight {
  readonly foreseen: readonly Foreseen[];
  readonly unforeseen: ReadonlyMap<Stack, string>;
}

/**
 * Plans stacks that need what others have yet to make as a review does: with
 * placeholders for it. None of these plans can be applied.
 *
 * @param all every stack of this run: their folders are as before in the end
 */
export async function foresee(
  later: readonly Stack[],
  all: readonly Stack[],
  options: TerraformOptions,
): Promise<Foresight> {
  if (later.length === 0) return { foreseen: [], unforeseen: new Map() };
  const own = codeOf(later);
  const texts = all.map(({ dir }) => {
    const file = join(dir, CONFIGURATION);
    return { file, text: readFileSync(file, "utf8") };
  });
  const env = planOnly(options.env);
  const foreseen: Foreseen[] = [];
  const unforeseen = new Map<Stack, string>();
  try {
    await synthesize({ ...options, env });
    await eachOf(later, AT_A_TIME, async (stack) => {
      const found = await foreseeOne(stack, own[stack.name], {
        ...options,
        env,
      });
      if (typeof found === "string") unforeseen.set(stack, found);
      else foreseen.push(found);
    });
  } finally {
    for (const { file, text } of texts) writeFileSync(file, text);
  }
  return { foreseen, unforeseen };
}

async function foreseeOne(
  stack: Stack,
  own: unknown,
  options: TerraformOptions,
): Promise<Foreseen | string> {
  const { name } = stack;
  const [other] = differences({ [name]: comparable(own) }, codeOf([stack]), 1);
  if (other !== undefined)
    return `${other}: the code is another in a review than in a deploy`;
  try {
    return { stack, ...(await planToRead(stack, options)) };
  } catch (error) {
    if (!(error instanceof TerraformError)) throw error;
    const { binary, output } = error;
    const [first = ""] = errorsIn(output).split("\n");
    return remedyFor(output, binary)?.remedy ?? first;
  }
}
