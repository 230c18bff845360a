import { z } from "zod/mini";
import { UsageError } from "../base/usage-error";
import type { Action } from "./change";

const CHANGE = z.object({
  actions: z.array(z.string()),
  before: z.optional(z.unknown()),
  after: z.optional(z.unknown()),
  after_unknown: z.optional(z.unknown()),
  before_sensitive: z.optional(z.unknown()),
  after_sensitive: z.optional(z.unknown()),
  /** Set where it is not in the state yet and taken over as it is. */
  importing: z.nullish(z.unknown()),
});

const RESOURCE_CHANGE = z.object({
  address: z.string(),
  mode: z.string(),
  type: z.string(),
  provider_name: z.optional(z.string()),
  change: CHANGE,
});

const expressions = z.optional(z.record(z.string(), z.unknown()));

const CONFIGURATION = z.object({
  provider_config: z.optional(
    z.record(
      z.string(),
      z.object({
        full_name: z.optional(z.string()),
        version_constraint: z.optional(z.string()),
        expressions,
      }),
    ),
  ),
  root_module: z.optional(
    z.object({
      resources: z.optional(
        z.array(
          z.object({
            address: z.string(),
            mode: z.optional(z.string()),
            type: z.optional(z.string()),
            provisioners: z.optional(
              z.array(z.looseObject({ type: z.optional(z.string()) })),
            ),
            expressions,
          }),
        ),
      ),
      module_calls: z.optional(z.record(z.string(), z.unknown())),
    }),
  ),
});

/** The state that was planned from. */
const PRIOR_STATE = z.object({
  values: z.optional(
    z.object({
      root_module: z.optional(
        z.object({
          resources: z.optional(
            z.array(
              z.object({
                mode: z.string(),
                provider_name: z.optional(z.string()),
              }),
            ),
          ),
        }),
      ),
    }),
  ),
});

const PLAN = z.object({
  format_version: z.string(),
  errored: z.optional(z.boolean()),
  /** False where applying it leaves something undone. */
  complete: z.optional(z.boolean()),
  resource_changes: z._default(z.array(RESOURCE_CHANGE), []),
  deferred_changes: z._default(
    z.array(z.object({ resource_change: z.optional(RESOURCE_CHANGE) })),
    [],
  ),
  /** Terraform's actions, which do something beside any resource. */
  action_invocations: z._default(
    z.array(z.object({ address: z.optional(z.string()) })),
    [],
  ),
  output_changes: z._default(z.record(z.string(), CHANGE), {}),
  configuration: z.optional(CONFIGURATION),
  prior_state: z.optional(PRIOR_STATE),
});

/** What `terraform show -json` prints of a plan. */
export type PlanJson = z.infer<typeof PLAN>;

/** One resource in it. */
export type ResourceJson = z.infer<typeof RESOURCE_CHANGE>;

/**
 * Reads the text of a plan.
 *
 * @param stack name of the stack that was planned
 * @throws UsageError where the text is not a plan, or one that failed
 * @see https://developer.hashicorp.com/terraform/internals/json-format#plan-representation
 */
export function parsePlan(stack: string, text: string): PlanJson {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw notAPlan(stack, "it is not JSON");
  }
  const parsed = PLAN.safeParse(json);
  if (!parsed.success) throw notAPlan(stack, "it has no resource changes");
  if (parsed.data.errored === true)
    throw new UsageError("Plans", [
      `the plan of ${stack} failed and is not complete: fix what it says first`,
    ]);
  return parsed.data;
}

function notAPlan(stack: string, why: string): UsageError {
  return new UsageError("Plans", [
    `${stack} is not a plan: ${why}. Give it what "terraform show -json PLAN" prints`,
  ]);
}

/** Whether an object that the stack has not made becomes its own. */
export function isImport({ change }: Pick<ResourceJson, "change">): boolean {
  return change.importing !== undefined && change.importing !== null;
}

/** @see https://developer.hashicorp.com/terraform/internals/json-format#change-representation */
export function actionOf({
  change: { actions },
}: Pick<ResourceJson, "change">): Action {
  // What Terraform lets go of for its successor stays in the account.
  if (actions.length === 2)
    return actions.includes("forget") ? "create" : "replace";
  const [action = "no-op"] = actions;
  switch (action) {
    case "create":
    case "update":
    case "delete":
    case "forget":
      return action;
    default:
      return "no-op";
  }
}
