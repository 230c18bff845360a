import { isMailAddress } from "../base/mail";
import { z } from "zod/mini";
import { quoted } from "../base/quoted";

/**
 * Who a promise is about: nobody is anyone without a login, others are people
 * whom the service does not allow and tokens that are not its own.
 */
export type Who =
  | { readonly kind: "nobody" }
  | { readonly kind: "others" }
  | { readonly kind: "person"; readonly email: string }
  | { readonly kind: "token"; readonly name: string }
  /** Whoever a policy admits: of the stack, or one that applications share. */
  | { readonly kind: "policy"; readonly name: string };

/** What an owner means about one service, in one sentence. */
export interface AccessPromise {
  /** Whom it is about. */
  readonly who: Who;
  /**
   * Paths of the service's host, each with all below it; `*` stands for any
   * characters.
   */
  readonly paths: readonly string[];
  /** They reach nothing else of the service. */
  readonly only: boolean;
}

/** For `reaches`: no path at all. */
export const nothing = Symbol("nothing");

/** A promise that can still be made stricter. */
export class Reach implements AccessPromise {
  constructor(
    /** Whom it is about. */
    readonly who: Who,
    /** What they reach; empty where it is nothing. */
    readonly paths: readonly string[],
    /** Whether they reach nothing else. */
    readonly only: boolean,
  ) {}

  /** No other path, in any spelling, and no other host leads them to the service. */
  andNothingElse(): Reach {
    return new Reach(this.who, this.paths, true);
  }
}

/** Who reaches something: see `person`, `token`, `policy` and `nobody`. */
export interface Reacher {
  /**
   * What these reach: every path that is given, each with all below it, in
   * plain spelling; `*` stands for any characters. `nothing` is no path.
   *
   * @example
   * ```ts
   * import { person, token } from "access-stacks/stacks";
   *
   * const promises = [
   *   person("ann@example.com").reaches("/*"),
   *   token("nightly-job").reaches("/api/queue"),
   * ];
   * console.log(promises.length);
   * ```
   */
  reaches(...paths: readonly (string | typeof nothing)[]): Reach;
}

function reacher(who: Who): Reacher {
  return {
    reaches(...given) {
      const paths = given.filter((path) => typeof path === "string");
      // Beside paths it makes no sense; the stack says so.
      const none = given.includes(nothing);
      return new Reach(
        who,
        none && paths.length > 0 ? [...paths, ""] : paths,
        none,
      );
    },
  };
}

/** Anyone without a login. */
export const nobody: Reacher = reacher({ kind: "nobody" });

/** Whoever logs in with this e-mail address. */
export function person(email: string): Reacher {
  return reacher({ kind: "person", email: email.toLowerCase() });
}

/** A machine with this service token of the stack. */
export function token(name: string): Reacher {
  return reacher({ kind: "token", name });
}

/**
 * Whoever an Allow or Service Auth policy of this name admits, where it is on
 * the application: a policy of the stack (`stack.app.allow(…)`) or a shared one.
 * They reach no other path by it: nobody does who is not allowed.
 */
export function policy(name: string): Reacher {
  return reacher({ kind: "policy", name });
}

/** Output of a stack that takes its promises from the code to the commands. */
export const PROMISES_OUTPUT = "promises";

const PROMISES = z.array(
  z.object({
    who: z.union([
      z.object({ kind: z.literal("nobody") }),
      z.object({ kind: z.literal("person"), email: z.string() }),
      z.object({ kind: z.literal("token"), name: z.string() }),
      z.object({ kind: z.literal("policy"), name: z.string() }),
    ]),
    paths: z.array(z.string()),
    only: z.boolean(),
  }),
);

/** The promises that a stack's outputs carry; those of another version are none. */
export function promisesIn(
  outputs: Readonly<Record<string, unknown>>,
): readonly AccessPromise[] {
  const parsed = PROMISES.safeParse(outputs[PROMISES_OUTPUT]);
  return parsed.success ? parsed.data : [];
}

/** As the output has it. */
export function promisesOutput(
  promises: readonly AccessPromise[],
): readonly AccessPromise[] {
  return promises.map(({ only, paths, who }) => ({ who, paths, only }));
}

/** The name of a promise, everywhere. */
export function sentenceOf({ only, paths, who }: AccessPromise): string {
  const named = {
    nobody: () => "anyone without a login",
    others: () => "whoever is not allowed",
    person: () => (who.kind === "person" ? who.email : ""),
    token: () => `the token ${who.kind === "token" ? who.name : ""}`,
    policy: () =>
      `whoever the policy ${quoted(who.kind === "policy" ? who.name : "")} admits`,
  }[who.kind]();
  if (paths.length === 0) return `${named} reaches nothing`;
  const all = [...paths];
  const last = all.pop();
  const list = all.length > 0 ? `${all.join(", ")} and ${last}` : last;
  return `${named} reaches ${list}${only ? ", and nothing else" : ""}`;
}

/** The same for the same promise alone: names and paths may hold any words. */
export function keyOf({ only, paths, who }: AccessPromise): string {
  return JSON.stringify([Object.entries(who).sort(), paths, only]);
}

/** What is wrong with the promises of a stack. */
export function promiseFaults(
  promises: readonly AccessPromise[],
  tokens: readonly string[],
): string[] {
  return promises.flatMap((promise, index) => {
    const { only, paths, who } = promise;
    const sentence = `the promise "${sentenceOf(promise)}"`;
    const wrong = paths.filter(
      (path) => path !== "" && !/^\/[^?#\s]*$/.test(path),
    );
    return [
      promises.findIndex((one) => keyOf(one) === keyOf(promise)) !== index &&
        `${sentence} appears twice: keep one`,
      paths.includes("") &&
        `${sentence} names "nothing" and paths: remove one of them`,
      paths.length === 0 &&
        !only &&
        `${sentence} names no path: name some, or "nothing"`,
      wrong.length > 0 &&
        `${sentence}: paths begin with "/" and have no query and no space, got ${wrong.map((path) => JSON.stringify(path)).join(", ")}`,
      who.kind === "person" &&
        !isMailAddress(who.email) &&
        `a promise is about a person by an e-mail address such as "ann@example.com", got "${who.email}"`,
      who.kind === "token" &&
        !tokens.includes(who.name) &&
        `a promise is about the token "${who.name}", which the stack does not have: it has ${tokens.join(", ") || "none"}`,
      who.kind === "policy" &&
        who.name.trim() === "" &&
        'a promise is about a policy by its name, such as policy("Partners")',
      who.kind === "policy" &&
        only &&
        `${sentence}: write only what they reach. That they reach nothing else by it holds without being written`,
    ].filter((fault) => typeof fault === "string");
  });
}

/** What follows from a service's own settings without being written. */
export function impliedPromises({
  openPaths,
  tokens = [],
}: {
  readonly openPaths: readonly string[];
  readonly tokens?: readonly {
    readonly name: string;
    readonly paths?: readonly string[];
  }[];
}): AccessPromise[] {
  return [
    { who: { kind: "nobody" }, paths: openPaths, only: true },
    { who: { kind: "others" }, paths: openPaths, only: true },
    ...tokens.flatMap(({ name, paths }) =>
      paths
        ? [{ who: { kind: "token" as const, name }, paths, only: true }]
        : [],
    ),
  ];
}
