import { z } from "zod/mini";
import { UsageError } from "../settings";
import type { Action, AnyPlannedResource, Plan } from "./change";
import { fillIn, isObject, isOpen, type Expression } from "./references";
import { KINDS, withDoubts } from "./resources";

const CHANGE = z.object({
  actions: z.array(z.string()),
  before: z.optional(z.unknown()),
  after: z.optional(z.unknown()),
  after_unknown: z.optional(z.unknown()),
  before_sensitive: z.optional(z.unknown()),
  after_sensitive: z.optional(z.unknown()),
});

const PLAN = z.object({
  format_version: z.string(),
  errored: z.optional(z.boolean()),
  resource_changes: z._default(
    z.array(
      z.object({
        address: z.string(),
        mode: z.string(),
        type: z.string(),
        change: CHANGE,
      }),
    ),
    [],
  ),
  output_changes: z._default(z.record(z.string(), CHANGE), {}),
  configuration: z.optional(
    z.object({
      root_module: z.optional(
        z.object({
          resources: z.optional(
            z.array(
              z.object({
                address: z.string(),
                expressions: z.optional(z.record(z.string(), z.unknown())),
              }),
            ),
          ),
        }),
      ),
    }),
  ),
});

type PlanJson = z.infer<typeof PLAN>;
type ResourceJson = PlanJson["resource_changes"][number];

/** Types that bear on who reaches what, and that this version can't read. */
const UNREAD =
  /^cloudflare_(zero_trust_access_|zero_trust_(list|organization|gateway|tunnel_cloudflared_config)|tunnel|record$|access_|ruleset|page_rule|workers?_(custom_domain|route))/;

/**
 * Reads what `terraform show -json` prints of a plan. Values that Terraform
 * calls sensitive are left out, and so is all that does not bear on access.
 *
 * @param stack name of the stack that was planned
 * @throws UsageError where the text is not a plan, or one that failed
 * @see https://developer.hashicorp.com/terraform/internals/json-format#plan-representation
 */
export function readPlan(stack: string, text: string): Plan {
  const json = parse(stack, text);
  const managed = json.resource_changes.filter(
    ({ mode }) => mode === "managed",
  );
  const expressions = new Map(
    (json.configuration?.root_module?.resources ?? []).map((resource) => [
      resource.address,
      resource.expressions ?? {},
    ]),
  );
  const changes = new Map(managed.map((one) => [one.address, one.change]));

  /** What is known of an attribute, else what stands for it until it is. */
  function resolve(address: string, attribute: string): unknown {
    const { after } = changes.get(address) ?? {};
    const value = isObject(after) ? after[attribute] : undefined;
    return value ?? `planned:${stack}/${address}.${attribute}`;
  }

  function read(one: ResourceJson): AnyPlannedResource | undefined {
    const kind = KINDS.get(one.type);
    if (kind === undefined) return undefined;
    const { change } = one;
    const action = actionOf(change.actions);
    const unknown: string[] = [];
    let after: unknown;
    if (isObject(change.after) && action !== "forget") {
      const open = isObject(change.after_unknown) ? change.after_unknown : {};
      const written = expressions.get(one.address.replace(/\[.*\]$/, "")) ?? {};
      const values = Object.keys({ ...change.after, ...open }).map((name) => {
        const value = fillIn(
          isObject(change.after) ? change.after[name] : undefined,
          open[name],
          OWN.has(name) && open[name] === true
            ? `\${${one.address}.${name}}`
            : (written[name] as Expression | undefined)?.constant_value,
          resolve,
          () => unknown.push(name),
        );
        const secret = sensitive(change.after_sensitive, name);
        return [
          name,
          without(value, secret, () => unknown.push(name)),
        ] as const;
      });
      after = withDoubts(kind.name, Object.fromEntries(values), unknown);
    }
    const before = without(change.before ?? undefined, change.before_sensitive);
    const typed = {
      before: before === undefined ? undefined : kind.schema.safeParse(before),
      after: after === undefined ? undefined : kind.schema.safeParse(after),
    };
    if (typed.before?.success === false || typed.after?.success === false)
      return undefined;
    return {
      stack,
      address: one.address,
      kind: kind.name,
      action,
      ...(typed.before && { before: typed.before.data }),
      ...(typed.after && { after: typed.after.data }),
      unknown: [...new Set(unknown)],
    } as AnyPlannedResource;
  }

  const resources: AnyPlannedResource[] = [];
  const unread: string[] = [];
  for (const one of managed) {
    const found = read(one);
    if (found) resources.push(found);
    else if (
      actionOf(one.change.actions) !== "no-op" &&
      (KINDS.has(one.type) || UNREAD.test(one.type))
    )
      unread.push(one.address);
  }
  return { stack, resources, unread, outputs: outputsOf(json) };
}

/** Attributes of a resource that only Cloudflare can tell, and that others refer to. */
const OWN: ReadonlySet<string> = new Set(["id", "aud", "client_id"]);

function parse(stack: string, text: string): PlanJson {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw notAPlan(stack, "it is not JSON");
  }
  const parsed = PLAN.safeParse(json);
  if (!parsed.success)
    throw notAPlan(stack, "it has no resource changes as a plan has");
  if (parsed.data.errored === true)
    throw new UsageError("Plans", [
      `the plan of ${stack} failed and is not whole: mend what it says first`,
    ]);
  return parsed.data;
}

function notAPlan(stack: string, why: string): UsageError {
  return new UsageError("Plans", [
    `${stack} is no plan, ${why}: give what "terraform show -json PLAN" prints`,
  ]);
}

/** @see https://developer.hashicorp.com/terraform/internals/json-format#change-representation */
function actionOf(actions: readonly string[]): Action {
  if (actions.length === 2) return "replace";
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

function sensitive(marks: unknown, name: string): unknown {
  return isObject(marks) ? marks[name] : marks;
}

/** A value without what is sensitive in it. */
function without(
  value: unknown,
  marks: unknown,
  onSensitive: () => void = () => {},
): unknown {
  if (marks === true) {
    if (value !== undefined && value !== null) onSensitive();
    return undefined;
  }
  if (Array.isArray(value) && Array.isArray(marks))
    return value.map((part: unknown, index) =>
      without(part, marks[index], onSensitive),
    );
  if (isObject(value) && isObject(marks))
    return Object.fromEntries(
      Object.entries(value).map(([key, part]) => [
        key,
        without(part, marks[key], onSensitive),
      ]),
    );
  return value;
}

function outputsOf(json: PlanJson): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(json.output_changes).flatMap(([name, change]) => {
      const { after, after_sensitive, after_unknown } = change;
      if (isOpen(after_sensitive) || after === undefined) return [];
      return [[name, after_unknown === true ? undefined : after]];
    }),
  );
}
