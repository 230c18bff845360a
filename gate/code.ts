import { isDeepStrictEqual } from "node:util";
import { synthesized } from "../base/synthesized";
import { withoutPlaceholders } from "./placeholder";
import type { Stack } from "../deployment/stacks";

/** Synthesized configurations by the names of their stacks. */
export type Code = Readonly<Record<string, unknown>>;

/**
 * Where the configuration of a review may differ from that of a deploy. `*` is
 * one step of a path.
 */
export const EXEMPT: readonly {
  readonly path: string;
  readonly why: string;
}[] = [
  // Of a block only: within a value, `//` is a key as any other.
  ...["//", "resource.*.*.//", "data.*.*.//", "provider.*.*.//"].map(
    (path) => ({ path, why: "a comment: Terraform does not read it" }),
  ),
  {
    path: "resource.*.*.lifecycle.precondition",
    why: "it can only stop a deploy: a review's plans can't be applied, and a deploy wants the secrets that a review is not given",
  },
  {
    path: "data.*.*.lifecycle.postcondition",
    why: "it can only stop a deploy: a review goes on where another stack has yet to make what is looked up",
  },
  {
    path: "resource.cloudflare_zero_trust_access_identity_provider.*.lifecycle.ignore_changes",
    why: "a review is not given the client's secret, and does not compare it",
  },
  {
    path: "terraform.required_providers.tunnel.version",
    why: "it follows from the provider's code and the machine's Node.js, and each command brings its own",
  },
  {
    path: "provider.tunnel.*.journal_dir",
    why: "a folder of the machine",
  },
  {
    path: "terraform.backend.local.path",
    why: "a folder of the machine; another state shows in the plan",
  },
];

/** The synthesized configurations of stacks. */
export function codeOf(stacks: readonly Stack[]): Code {
  return Object.fromEntries(
    stacks.map((stack) => [stack.name, synthesized(stack)]),
  );
}

/** A configuration without what may differ. */
export function comparable(code: unknown): unknown {
  return without(code, []) ?? {};
}

/**
 * Where stacks differ from what was reviewed, one line for each place; at most
 * `most` of a stack.
 *
 * @param reviewed what `comparable` left of each stack
 */
export function differences(reviewed: Code, own: Code, most = 5): string[] {
  return Object.entries(own).flatMap(([stack, code]) => {
    if (!Object.hasOwn(reviewed, stack))
      return [`${stack}: this stack was not reviewed`];
    const found = differing(reviewed[stack], comparable(code), []);
    const more = found.length - most;
    return [
      ...found.slice(0, most).map((path) => `${stack}: ${path}`),
      ...(more > 0 ? [`${stack}: and ${more} more`] : []),
    ];
  });
}

type Path = readonly string[];

function without(value: unknown, path: Path): unknown {
  if (path.length > 0 && EXEMPT.some((one) => fits(one.path, path)))
    return undefined;
  if (typeof value === "string") return withoutPlaceholders(value);
  if (Array.isArray(value))
    return value.map(
      (part, at) => without(part, [...path, String(at)]) ?? null,
    );
  if (typeof value !== "object" || value === null) return value;
  const parts = Object.entries(value)
    .map(([key, part]) => [key, without(part, [...path, key])] as const)
    .filter(([, part]) => part !== undefined);
  // Nothing is left of a block in which only such things stood.
  return parts.length === 0 && path.at(-1) === "lifecycle"
    ? undefined
    : Object.fromEntries(parts);
}

function fits(pattern: string, path: Path): boolean {
  const steps = pattern.split(".");
  return (
    steps.length === path.length &&
    steps.every((step, at) => step === "*" || step === path[at])
  );
}

/** The paths at which two configurations differ. */
function differing(one: unknown, other: unknown, path: Path): string[] {
  if (isDeepStrictEqual(one, other)) return [];
  const [left, right] = [partsOf(one), partsOf(other)];
  if (left === undefined || right === undefined)
    return [path.join(".") || "all of it"];
  return [...new Set([...left.keys(), ...right.keys()])].flatMap((key) =>
    differing(left.get(key), right.get(key), [...path, key]),
  );
}

function partsOf(value: unknown): Map<string, unknown> | undefined {
  return typeof value === "object" && value !== null
    ? new Map(Object.entries(value))
    : undefined;
}
