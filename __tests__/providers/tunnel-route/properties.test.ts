import * as fc from "fast-check";
import { findMatchingRule, matchesRule } from "../../../ingress/match";
import type { IngressRule } from "../../../ingress/rule";
import {
  hasWiderHosts,
  interferes,
  sameHosts,
  sameTarget,
  swallows,
} from "../../../ingress/shadow";
import {
  CATCH_ALL,
  sameOrNone,
  sameRule,
} from "../../../providers/tunnel-route/document";
import { parseJson, printJson } from "../../../providers/tunnel-route/json";
import { replacedRule, toRule } from "../../../providers/tunnel-route/route";
import type { ObjectValue } from "../../../terraform-plugin/value";
import { testWithSeeds } from "../../seeds";
import { aTunnel, HOSTS, PATHS } from "./documents";
import { MemoryJournal } from "./memory-journal";
import { MemoryTunnel } from "./memory-tunnel";
import { access, Stack, type Block } from "./stack";

const SEQUENCES = Number(process.env["SEQUENCES"] ?? 60);

/** Two routes of one app that leave each other nothing are not to be had. */
const OUR_PATHS = PATHS.filter((path) => path !== "^/" && path !== ".*");
const ASKED = [
  "/",
  "/api",
  "/api/v1",
  "/v2/api",
  "/ü/é",
  "/a.png",
  "/webhook/x",
  "/日本/ひ",
];
const block: fc.Arbitrary<Block> = fc.record(
  {
    hostname: fc.constantFrom(...HOSTS, "h1.x.io", "*.b.x.io"),
    path: fc.constantFrom(...OUR_PATHS),
    service: fc.nat(9).map((n) => `http://ours-${n}`),
    origin_request: fc.constantFrom(access("ours"), {}),
    on_destroy: fc.constantFrom("restore" as const, "remove" as const),
  },
  { requiredKeys: ["hostname", "service"] },
);
/** What the code holds, one deploy after the other. */
const deploys = fc.array(
  fc.dictionary(fc.constantFrom("r1", "r2", "r3"), block, { maxKeys: 3 }),
  { minLength: 1, maxLength: 5 },
);

testWithSeeds(
  `${SEQUENCES} sequences of create, update, move and delete keep what is not ours`,
  8,
  async (seed) => {
    const sizes: number[] = [];
    await fc.assert(
      fc.asyncProperty(aTunnel, deploys, async (config, sequence) => {
        const tunnel = new MemoryTunnel(config);
        sizes.push(tunnel.rules.length);
        const stack = new Stack(tunnel, { journal: new MemoryJournal() });
        const theirs = new Theirs(tunnel);
        try {
          for (const wished of [...sequence.map(withoutRepeats), {}]) {
            const held = [...stack.state.values()];
            await stack.apply(wished);
            theirs.forgetRemoved(held, [...stack.state.values()]);
            theirs.check(stack);
            expect(await stack.isUpToDate(wished)).toBe(true);
          }
          theirs.checkText(config);
        } finally {
          stack.remove();
        }
      }),
      {
        numRuns: SEQUENCES,
        seed,
        // To shrink a tunnel of 1,000 rules takes many minutes: only where asked.
        endOnFailure: process.env["SEED"] === undefined,
      },
    );
    const [large, huge] = [10, 100].map(
      (limit) => sizes.filter((size) => size > limit).length,
    );
    console.log(
      `seed ${seed}: tunnels with more than 10 rules: ${large}, with more than 100: ${huge}, the largest with ${Math.max(...sizes)}`,
    );
  },
  300_000,
);

/** One block for a host and path, as Terraform's plan demands. */
function withoutRepeats(blocks: { [name: string]: Block }) {
  const kept = new Map<string, [string, Block]>();
  for (const [name, b] of Object.entries(blocks))
    kept.set(`${b.hostname} ${b.path}`, [name, b]);
  return Object.fromEntries(kept.values());
}

/** The rules that are not ours, as they have to be. */
class Theirs {
  #rules: readonly IngressRule[];
  #removed = false;
  readonly #handed: IngressRule[] = [];
  readonly #none: boolean;

  constructor(private readonly tunnel: MemoryTunnel) {
    this.#rules = tunnel.rules;
    this.#none = tunnel.text === undefined;
  }

  /** A route with `on_destroy = "remove"` takes what it had replaced with it. */
  forgetRemoved(before: ObjectValue[], after: ObjectValue[]): void {
    for (const state of before) {
      const replaced = replacedRule(state);
      if (state["on_destroy"] !== "remove" || replaced === null) continue;
      // Held on, or handed to another resource for the same rule.
      const heir = after.find((s) => s["id"] === state["id"]);
      if (heir && heir["claim"] !== state["claim"]) this.#handed.push(replaced);
      if (heir) continue;
      this.#removed = true;
      const index = this.#rules.findIndex((rule) => sameRule(rule, replaced));
      this.#rules = this.#rules.toSpliced(index, 1);
    }
  }

  check(stack: Stack): void {
    const { rules } = this.tunnel;
    const routes = [...stack.state.values()];
    const ours = routes.map((state) => ({
      rule: toRule(state),
      replaced: replacedRule(state),
    }));
    const ourOf = (rule: IngressRule) =>
      ours.find(
        (our) => sameTarget(our.rule, rule) && sameRule(our.rule, rule),
      );
    // Where there was none, our first rule brings a catch-all, which goes with
    // our last.
    if (this.#none) {
      this.#rules = ours.length > 0 ? [CATCH_ALL] : [];
      expect(this.tunnel.text === undefined).toBe(ours.length === 0);
    }

    // Without ours, everything is as it was, in its order.
    const left = rules.flatMap<IngressRule>((rule) => {
      const our = ourOf(rule);
      return our ? (our.replaced ?? []) : rule;
    });
    this.#allowMoved(left, ours);
    expect(left).toEqual(this.#rules);

    const find = (rule: IngressRule) =>
      rules.find((other) => sameTarget(other, rule))!;
    const at = (list: readonly IngressRule[], host: string, path: string) =>
      list[findMatchingRule(list, host, path)];
    const faults: string[] = [];
    for (const host of [
      ...HOSTS,
      "h1.x.io",
      "e.y.io",
      "z.b.x.io",
      "xn--bcher-kva.x.io",
    ])
      for (const path of ASKED) {
        const fault = (text: string) => faults.push(`${host}${path} ${text}`);
        const reached = at(rules, host, path);
        const before = at(this.#rules, host, path);
        if (reached === undefined || before === undefined) continue;
        const ourReached = ourOf(reached);
        if (!ourReached && !sameRule(reached, before))
          fault("reaches another rule than it did");
        if (ourReached && !ourReached.replaced)
          if (interferes(ourReached.rule, before))
            fault("lost a rule written for a narrower set of hosts");
        for (const { rule, replaced } of ours) {
          if (rule.hostname !== host || !matchesRule(rule, host, path))
            continue;
          // A rule that replaced another answers where that one did, and an
          // open path of the host keeps its place, which may be a late one.
          const open = rules
            .slice(rules.indexOf(reached), rules.indexOf(find(rule)))
            .some((other) => other.path && sameHosts(other, rule));
          if (!ourReached && !open && !replaced) fault("does not reach us");
        }
      }
    expect(faults).toEqual([]);
    // Of two rules for one host and path ours is the one that is reached.
    for (const { rule } of ours) expect(find(rule)).toEqual(rule);
  }

  /**
   * A rule that was removed and made again by another resource comes back to
   * its place, unless a rule of ours was made meanwhile that it would take
   * everything from there.
   */
  #allowMoved(
    left: readonly IngressRule[],
    ours: readonly { rule: IngressRule; replaced: IngressRule | null }[],
  ): void {
    for (const handed of this.#handed.splice(0)) {
      const others = (rules: readonly IngressRule[]) =>
        rules.filter((rule) => !sameRule(rule, handed));
      const heir = ours.find(({ replaced }) => sameOrNone(replaced, handed))!;
      const takes = ({ rule }: { rule: IngressRule }) =>
        rule !== heir.rule &&
        (swallows(heir.rule, rule) || hasWiderHosts(heir.rule, rule));
      if (!ours.some(takes)) continue;
      expect(others(left)).toEqual(others(this.#rules));
      this.#rules = left;
      this.#removed = true;
    }
  }

  /** After all is destroyed, not a character differs. */
  checkText(before: string | undefined): void {
    if (!this.#removed)
      expect(this.tunnel.text).toBe(before && printJson(parseJson(before)));
  }
}
