import fc from "fast-check";
import { compile, decide } from "../../access/decide";
import type { Decision } from "../../access/decision";
import type {
  AccessAccount,
  Application,
  Policy,
  Rule,
} from "../../access/model";
import {
  anyAccount,
  anyApplication,
  anyRequest,
  anyRule,
  anyVagueRequest,
  completions,
} from "./arbitraries";
import { referenceDecision } from "./reference";
import { testWithSeeds } from "../seeds";

/** The effect of a decision and the policy behind it, as the reference writes it. */
function written(decision: Decision): string {
  const how =
    decision.outcome === "pass" ? `pass:${decision.how}` : decision.outcome;
  return decision.policy?.id ? `${how} ${decision.policy.id}` : how;
}

const effect = (text: string) => text.split(" ")[0];

const RUNS = { numRuns: process.env.FULL ? 1_000 : 300 };

testWithSeeds("decides as the plain second writing does", 1, (seed) => {
  fc.assert(
    fc.property(anyAccount, anyRequest, (account, request) => {
      const expected = referenceDecision(account, request);
      expect(written(decide(account, request))).toBe(expected);
    }),
    { ...RUNS, seed },
  );
});

testWithSeeds(
  "of what it does not know, finds exactly what can happen",
  1,
  (seed) => {
    fc.assert(
      fc.property(anyAccount, anyVagueRequest, (account, request) => {
        const decision = decide(account, request);
        const expected = new Set(
          completions(request).map((full) =>
            effect(referenceDecision(account, full)),
          ),
        );
        const found =
          decision.outcome === "depends" ? decision.possible : [decision];
        expect(new Set(found.map((one) => effect(written(one))))).toEqual(
          expected,
        );
        // Who can say for certain which policy decides says so rightly.
        if (decision.outcome !== "depends" && decision.dependsOn.length === 0) {
          for (const full of completions(request)) {
            expect(written(decision)).toBe(referenceDecision(account, full));
          }
        }
        // Whoever knows what it depends on knows what happens.
        const happens = new Map<string, string>();
        for (const full of completions(request)) {
          const told = decision.dependsOn
            .map(({ id }) =>
              id === "country" || id === "ip" ? full[id] : full.known?.[id],
            )
            .join();
          const is = referenceDecision(account, full);
          expect(happens.get(told) ?? is).toBe(is);
          happens.set(told, is);
        }
      }),
      { ...RUNS, seed },
    );
  },
);

testWithSeeds("depends on nothing that the request tells", 1, (seed) => {
  fc.assert(
    fc.property(anyAccount, anyVagueRequest, (account, request) => {
      for (const { id } of decide(account, request).dependsOn) {
        expect(request.known?.[id]).toBeUndefined();
        if (id === "country" || id === "ip")
          expect(request[id]).toBeUndefined();
      }
    }),
    { ...RUNS, seed },
  );
});

testWithSeeds(
  "a compiled account answers the same again and again",
  1,
  (seed) => {
    fc.assert(
      fc.property(
        anyAccount,
        fc.array(anyVagueRequest, { maxLength: 5 }),
        (account, requests) => {
          const compiled = compile(account);
          for (const request of [...requests, ...requests]) {
            expect(compiled.decide(request)).toEqual(decide(account, request));
          }
        },
      ),
      { numRuns: 300, seed },
    );
  },
);

/** The account with one policy changed. */
function changed(
  account: AccessAccount,
  appIndex: number,
  policyIndex: number,
  change: (policy: Policy) => Policy,
): AccessAccount {
  const at = <T>(list: readonly T[], i: number, f: (item: T) => T) =>
    list.map((item, j) => (j === i % list.length ? f(item) : item));
  return {
    ...account,
    applications: at(account.applications, appIndex, (app) => ({
      ...app,
      policies: at(app.policies ?? [], policyIndex, (p) =>
        typeof p === "string" ? p : change(p),
      ),
    })),
  };
}

/** Applications whose policies only let in, so that "more people" and "fewer people" have a meaning. */
const admitting = anyAccount.map((account): AccessAccount => ({
  ...account,
  applications: account.applications.map((app) => ({
    ...app,
    policies: app.policies?.map((p) =>
      typeof p === "object" && p.decision === "deny"
        ? { ...p, decision: "allow" }
        : p,
    ),
  })),
}));
const passes = (
  account: AccessAccount,
  request: Parameters<typeof decide>[1],
) => decide(account, request).outcome === "pass";
const place = fc.nat(4);

testWithSeeds("one more exclude rule never lets in more", 1, (seed) => {
  fc.assert(
    fc.property(
      admitting,
      place,
      place,
      anyRule,
      anyRequest,
      (account, i, j, rule, request) => {
        const after = changed(account, i, j, (p) => ({
          ...p,
          exclude: [...(p.exclude ?? []), rule],
        }));
        expect(passes(after, request) && !passes(account, request)).toBe(false);
      },
    ),
    { ...RUNS, seed },
  );
});

testWithSeeds("one more require rule never lets in more", 1, (seed) => {
  fc.assert(
    fc.property(
      admitting,
      place,
      place,
      anyRule,
      anyRequest,
      (account, i, j, rule, request) => {
        const after = changed(account, i, j, (p) => ({
          ...p,
          require: [...(p.require ?? []), rule],
        }));
        expect(passes(after, request) && !passes(account, request)).toBe(false);
      },
    ),
    { ...RUNS, seed },
  );
});

testWithSeeds("one include rule less never lets in more", 1, (seed) => {
  fc.assert(
    fc.property(
      admitting,
      place,
      place,
      anyRequest,
      (account, i, j, request) => {
        const after = changed(account, i, j, (p) => ({
          ...p,
          include: p.include?.slice(1),
        }));
        expect(passes(after, request) && !passes(account, request)).toBe(false);
      },
    ),
    { ...RUNS, seed },
  );
});

testWithSeeds("the order of the rules does not matter", 1, (seed) => {
  const backwards = (rules: readonly Rule[] | null | undefined) =>
    [...(rules ?? [])].reverse();
  fc.assert(
    fc.property(
      anyAccount,
      place,
      place,
      anyVagueRequest,
      (account, i, j, request) => {
        const after = changed(account, i, j, (p) => ({
          ...p,
          include: backwards(p.include),
          require: backwards(p.require),
          exclude: backwards(p.exclude),
        }));
        expect(written(decide(after, request))).toBe(
          written(decide(account, request)),
        );
      },
    ),
    { ...RUNS, seed },
  );
});

testWithSeeds("an application on another host changes nothing", 1, (seed) => {
  fc.assert(
    fc.property(
      anyAccount,
      anyApplication,
      anyVagueRequest,
      (account, app, request) => {
        const other: Application = { ...app, domain: "other.example.org" };
        const after = {
          ...account,
          applications: [other, ...account.applications],
        };
        expect(written(decide(after, request))).toBe(
          written(decide(account, request)),
        );
      },
    ),
    { ...RUNS, seed },
  );
});

testWithSeeds(
  "the most specific application inherits nothing from wider ones",
  1,
  (seed) => {
    fc.assert(
      fc.property(anyAccount, anyRequest, (account, request) => {
        const { application } = decide(account, request);
        if (application === undefined) return;
        const alone = { ...account, applications: [application] };
        expect(written(decide(alone, request))).toBe(
          written(decide(account, request)),
        );
      }),
      { ...RUNS, seed },
    );
  },
);

testWithSeeds(
  "a bypass for everyone wins over whatever else but Service Auth",
  1,
  (seed) => {
    fc.assert(
      fc.property(anyAccount, place, anyVagueRequest, (account, i, request) => {
        const bypass: Policy = {
          id: "open",
          decision: "bypass",
          include: [{ everyone: {} }],
          precedence: 9,
        };
        const after: AccessAccount = {
          ...account,
          applications: account.applications.map((app, j) =>
            j === i
              ? { ...app, policies: [...(app.policies ?? []), bypass] }
              : app,
          ),
        };
        const decision = decide(after, request);
        if (
          decision.application !== after.applications[i] ||
          decision.application === undefined
        )
          return;
        const possible =
          decision.outcome === "depends" ? decision.possible : [decision];
        for (const one of possible) {
          expect([
            "pass:bypass",
            "pass:service_auth",
            "pass:preflight",
          ]).toContain(effect(written(one)));
        }
      }),
      { ...RUNS, seed },
    );
  },
);
