import type { ProbeCheck, ProbeOutcome } from "../../probe/check";
import { brokenBy } from "../../probe/check";
import { probe } from "../../probe/probe";
import { missingFor } from "../../probe/report";
import { whoAnswered } from "../../probe/who-answered";
import type { Deployed, World } from "../../probe/world";

const deployed = { name: "app", hostname: "app.example.com" } as Deployed;
const URL = "https://app.example.com/";
const BROKEN = { status: "broken", seen: "", cause: "", remedy: "" } as const;

/** A check that finds these one after another, the last for ever. */
function finding(
  id: string,
  findings: readonly ProbeOutcome[],
  more: Partial<ProbeCheck> = {},
): ProbeCheck {
  let at = 0;
  return {
    id,
    promise: id,
    run: async () => findings[Math.min(at++, findings.length - 1)]!,
    ...more,
  };
}

/** How often each check was looked at; it is tried again for as long as may be. */
async function looks(checks: readonly ProbeCheck[]): Promise<object> {
  const counts: Record<string, number> = {};
  await probe(deployed, {} as World, {
    checks,
    retryFor: 3_600_000,
    pause: 1,
    onAttempt: ({ check }) => {
      counts[check.id] = (counts[check.id] ?? 0) + 1;
    },
  });
  return counts;
}

test("tries again what may pass", async () => {
  const kept = { status: "kept", seen: "" } as const;
  expect(await looks([finding("a", [BROKEN, BROKEN, kept])])).toEqual({ a: 3 });
});

test("does not wait for what time alone does not change, nor for what rests on it", async () => {
  expect(
    await looks([
      finding("ground", [BROKEN], { lasting: true }),
      finding("answer", [{ ...BROKEN, lasting: true }]),
      finding("on it", [BROKEN], { restsOn: ["ground"] }),
      finding("on the answer", [BROKEN], { restsOn: ["answer"] }),
    ]),
  ).toEqual({ ground: 1, answer: 1, "on it": 1, "on the answer": 1 });
});

test.each([
  ["a service's own no", 403, "no entry", true],
  ["a service that fails, and may be starting", 503, "starting", false],
])("says of %s whether waiting helps", (_, status, text, lasting) => {
  const headers = new Headers({ "content-type": "text/plain", "cf-ray": "1" });
  const asked = { name: "app", url: URL, pairSent: true };
  const told = whoAnswered({ status, headers, text }, asked);
  expect(told.by).toEqual(["the service"]);
  expect(brokenBy("", told)).toMatchObject({ lasting });
});

test("names the certificate, and no token, where the connector checks one", () => {
  const headers = new Headers({ "cf-ray": "1" });
  const rule = {
    service: "https://nas:5001",
    trusts: true,
    direct: true,
    verifies: true,
  };
  const asked = { name: "app", url: URL, pairSent: true, rule };
  const { cause, lasting, remedy } = whoAnswered(
    { status: 502, headers, text: "" },
    asked,
  );
  expect(cause).toContain("does not trust the certificate of https://nas:5001");
  expect(cause + remedy).not.toMatch(/token/i);
  expect(remedy).toContain("origin.originServerName");
  expect(lasting).toBe(true);
});

test("names once what is missing to check promises", async () => {
  const missing = {
    status: "not checked",
    why: "set X",
    missing: true,
  } as const;
  const elsewhere = { status: "not checked", why: "run it there" } as const;
  const checks = [
    finding("a", [missing]),
    finding("b", [missing]),
    finding("c", [elsewhere]),
  ];
  const results = await probe(deployed, {} as World, { checks });
  expect(missingFor(new Map([["app", results]]))).toEqual(["set X"]);
});
