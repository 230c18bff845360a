import type { AnyPlannedResource, Plan, Unread } from "./change";
import { changedIn, doubtsIn } from "./plan-changes";
import {
  actionOf,
  isImport,
  parsePlan,
  type PlanJson,
  type ResourceJson,
} from "./plan-json";
import { PROMISES_OUTPUT } from "../contract/promises";
import { SERVICE_OUTPUT } from "../contract/service-outputs";
import { providerChangeIn } from "../contract/written-by";
import { fillIn, isObject, isOpen, type Expression } from "./references";
import { EXISTING_APPLICATION } from "../base/existing-application";
import { TUNNEL_RECORD } from "../base/tunnel-record";
import {
  applicationIn,
  existingAsUpdate,
  settingChanges,
} from "./existing-application";
import { KINDS, withDoubts } from "./resources";
import { secretPlacesIn } from "./secret-places";
import { accountsIn, unreadOf } from "./unread";

/**
 * Reads what `terraform show -json` prints of a plan. Values that Terraform
 * calls sensitive are left out, and so is all that does not bear on access.
 *
 * @param stack name of the stack that was planned
 * @throws UsageError where the text is not a plan, or one that failed
 * @see https://developer.hashicorp.com/terraform/internals/json-format#plan-representation
 */
export function readPlan(stack: string, text: string): Plan {
  const json = parsePlan(stack, text);
  const managed = json.resource_changes.filter(
    ({ mode }) => mode === "managed",
  );
  const configured = new Map(
    (json.configuration?.root_module?.resources ?? []).map((resource) => [
      resource.address,
      resource.expressions ?? {},
    ]),
  );
  const changes = new Map(managed.map((one) => [one.address, one]));

  /** What is known of an attribute, else what stands for it until it is. */
  function resolve(address: string, attribute: string): unknown {
    const other = changes.get(address);
    if (other === undefined) return undefined;
    const { after } = other.change;
    const value = isObject(after) ? after[attribute] : undefined;
    const willBe = KINDS.has(other.type) && OWN.has(attribute);
    return (
      value ?? (willBe ? `planned:${stack}/${address}.${attribute}` : undefined)
    );
  }

  function read(given: ResourceJson, unread: Unread[]): AnyPlannedResource[] {
    const one = asLeft(existingAsUpdate(given));
    const kind = KINDS.get(one.type);
    if (kind === undefined || isOnlyUsed(one)) return [];
    const { address, change } = one;
    const action = isReleased(one) ? "forget" : actionOf(one);
    const isExisting = one.type === EXISTING_APPLICATION;
    if (isExisting && action === "replace")
      unread.push({ address, what: "it is replaced by another application" });
    const written = configured.get(address.replace(/\[.*\]$/, ""));
    const unknown: string[] = [];
    let after: unknown;
    let planned: Record<string, unknown> | undefined;
    if (isObject(change.after) && action !== "forget") {
      const open = isObject(change.after_unknown) ? change.after_unknown : {};
      const values = Object.keys({ ...change.after, ...open }).map((name) => {
        const value = fillIn(
          isObject(change.after) ? change.after[name] : undefined,
          open[name],
          OWN.has(name) && open[name] === true
            ? `\${${address}.${name}}`
            : (written?.[name] as Expression | undefined)?.constant_value,
          resolve,
          () => unknown.push(name),
        );
        const secret = sensitive(change.after_sensitive, name);
        return [
          name,
          without(value, secret, () => unknown.push(name)),
        ] as const;
      });
      const read = (planned = Object.fromEntries(values));
      const typed = isExisting ? applicationIn(read) : read;
      after = withDoubts(kind.name, typed, unknown);
    }
    const known = without(change.before ?? undefined, change.before_sensitive);
    const before = isExisting && isObject(known) ? applicationIn(known) : known;
    const typed = {
      before: before === undefined ? undefined : kind.schema.safeParse(before),
      after: after === undefined ? undefined : kind.schema.safeParse(after),
    };
    const doubts =
      action === "no-op" || action === "forget"
        ? []
        : doubtsIn(one, { kind, unknown, written });
    unread.push(...doubts.map((what) => ({ address, what })));
    if (typed.before?.success === false || typed.after?.success === false) {
      if (action !== "no-op" && doubts.length === 0)
        unread.push({
          address,
          what: "its values do not have the expected types",
        });
      return [];
    }
    return [
      {
        stack,
        address,
        kind: kind.name,
        action,
        ...(typed.before && { before: typed.before.data }),
        ...(typed.after && { after: typed.after.data }),
        unknown: [...new Set(unknown)],
        ...writtenTo(change.after ?? change.before),
        ...(action === "replace" &&
          change.actions[0] === "delete" && { goneFirst: true }),
        ...(isImport(one) && { imported: true }),
        ...(isExisting &&
          one !== given &&
          (isObject(given.change.after)
            ? { takesOver: true }
            : { givesBack: given.change.before })),
        ...(isExisting &&
          isObject(given.change.after) &&
          isObject(known) &&
          planned && { settings: settingChanges(known, planned) }),
        changed: changedIn(one, kind.name),
      } as AnyPlannedResource,
    ];
  }

  const secrets = secretPlacesIn(json);
  const accounts = accountsIn(json);
  const unread = [...unreadOf(json), ...secrets.unread, ...hiddenOutputs(json)];
  const resources = managed.flatMap((one) => read(one, unread));
  const [outputs, outputsBefore] = outputsOf(json);
  const provider = providerChangeIn(json);
  return {
    stack,
    resources,
    unread,
    ...(accounts.length > 0 && { accounts }),
    ...(secrets.places.length > 0 && { secretPlaces: secrets.places }),
    outputs,
    outputsBefore,
    ...(provider && { provider }),
  };
}

/** The account and the zone that values name. */
function writtenTo(values: unknown) {
  const { account_id: accountId, zone_id: zoneId } = isObject(values)
    ? values
    : {};
  return {
    ...(typeof accountId === "string" && { accountId }),
    ...(typeof zoneId === "string" && { zoneId }),
  };
}

/** What a stack may only use. */
const USED: ReadonlySet<string> = new Set([
  "tunnel_one_time_pin",
  TUNNEL_RECORD,
]);

/** Whether it is there before the deploy and stays after a destroy. */
function isOnlyUsed(one: ResourceJson): boolean {
  const made = madeIn(one);
  return USED.has(one.type) && made.includes(false) && !made.includes(true);
}

/** A record that somebody has changed where it stood in the place of others stays so, and they do not come back. */
function asLeft(one: ResourceJson): ResourceJson {
  const { actions, before } = one.change;
  const isChanged = isObject(before) && typeof before["drift"] === "string";
  if (one.type !== TUNNEL_RECORD || !isChanged || !actions.includes("delete"))
    return one;
  const isMoved = actions.includes("create");
  const change = isMoved
    ? { actions: ["create"], before: null }
    : { actions: ["forget"] };
  return { ...one, change: { ...one.change, ...change } };
}

/** Whether the stack made it, and lets go of it. */
function isReleased(one: ResourceJson): boolean {
  const [before, after] = madeIn(one);
  return USED.has(one.type) && before === true && after === false;
}

function madeIn({ change }: ResourceJson): readonly unknown[] {
  return [change.before, change.after].map((values) =>
    isObject(values) ? values["made"] : undefined,
  );
}

/** Attributes of a resource that only Cloudflare can tell, and that others refer to. */
const OWN: ReadonlySet<string> = new Set(["id", "aud", "client_id"]);

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

/** Outputs that say what is to be proven, where nobody may see them. */
function hiddenOutputs({ output_changes: changes }: PlanJson): Unread[] {
  return [SERVICE_OUTPUT, PROMISES_OUTPUT]
    .filter((name) => isOpen(changes[name]?.after_sensitive))
    .map((name) => ({
      address: `output.${name}`,
      what: "it is sensitive, and says what is to be proven",
    }));
}

/** The outputs after and before, but for what is secret or not known. */
function outputsOf({
  output_changes: changes,
}: PlanJson): [Record<string, unknown>, Record<string, unknown>] {
  const after: Record<string, unknown> = {};
  const before: Record<string, unknown> = {};
  for (const [name, change] of Object.entries(changes)) {
    const known = change.after_unknown !== true;
    if (!isOpen(change.after_sensitive) && change.after !== undefined)
      after[name] = known ? change.after : undefined;
    if (!isOpen(change.before_sensitive) && change.before !== undefined)
      before[name] = change.before;
  }
  return [after, before];
}
