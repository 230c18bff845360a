import { setTimeout as sleep } from "node:timers/promises";
import { broken, kept, unanswered, type ProbeCheck } from "../../probe/check";
import { probe } from "../../probe/probe";
import { eachOf } from "../../probe/each-of";
import { probeAll } from "../../probe/probe-all";
import type { Deployed, World } from "../../probe/world";

const LATENCY_MS = 50;
const deployed = (hostname: string): Deployed => ({
  name: "Service",
  hostname,
  aud: "",
  teamName: "",
  pageText: "",
  apiPath: "/",
  localUrl: "",
  containerUrl: "",
});

/** A world with a clock of its own that only waiting moves, and a count. */
function slowWorld() {
  let waiting: (() => void)[] = [];
  let rounds = 0;
  let most = 0;
  /** Answers all that came together, after one latency for all of them. */
  const answerAll = () => {
    rounds += 1;
    most = Math.max(most, waiting.length);
    const due = waiting;
    waiting = [];
    for (const answer of due) answer();
  };
  const world: World = {
    ask: () =>
      new Promise((resolve) => {
        if (waiting.length === 0) setTimeout(answerAll, LATENCY_MS);
        const answer = { status: 200, headers: new Headers(), text: "" };
        waiting.push(() => resolve(answer));
      }),
    openSocket: async () => ({ opened: false, status: 403 }),
  };
  return { world, rounds: () => rounds, most: () => most };
}

/** Three requests, one after the other. */
const inThreeSteps: ProbeCheck = {
  id: "steps",
  promise: "Three answers",
  async run({ hostname }, { ask }) {
    for (let step = 0; step < 3; step++) await ask(`https://${hostname}/`);
    return kept(hostname);
  },
};

test("a hundred services wait at most three times as often as one", async () => {
  const one = slowWorld();
  await probeAll([deployed("one")], one.world, { checks: [inThreeSteps] });
  const many = slowWorld();
  const services = Array.from({ length: 100 }, (_, i) => deployed(`host-${i}`));
  const results = await probeAll(services, many.world, {
    checks: [inThreeSteps],
  });
  expect(results.flat().map(({ finding }) => finding)).toEqual(
    services.map(({ hostname }) => kept(hostname)),
  );
  expect(many.rounds()).toBeLessThanOrEqual(3 * one.rounds());
  expect(many.most()).toBeLessThanOrEqual(50);
});

test("keeps the order, and stops at the first failure", async () => {
  const slower = async (n: number) => {
    await sleep(5 - n);
    return n;
  };
  expect(await eachOf([0, 1, 2, 3], 2, slower)).toEqual([0, 1, 2, 3]);
  await expect(
    eachOf([1, 2], 2, async () => Promise.reject(new Error("no"))),
  ).rejects.toThrow("no");
});

describe("a broken promise", () => {
  /** Holds from the third look on. */
  const slowly = (lasting: boolean): ProbeCheck & { looks: number } => ({
    id: "slow",
    promise: "Holds later",
    lasting,
    looks: 0,
    async run() {
      this.looks += 1;
      return this.looks < 3 ? broken("not yet", "new", "wait") : kept("now");
    },
  });
  const { world } = slowWorld();

  test("is tried again until the time is up", async () => {
    const check = slowly(false);
    const looks: boolean[] = [];
    const [result] = await probe(deployed("host"), world, {
      checks: [check],
      retryFor: 60_000,
      pause: 1,
      onAttempt: ({ again }) => looks.push(again),
    });
    expect(result!.finding).toEqual(kept("now"));
    expect(looks).toEqual([true, true, false]);
  });

  test("nor is one given up that nothing answered", async () => {
    let looks = 0;
    const check: ProbeCheck = {
      ...slowly(false),
      run: async () => (++looks < 3 ? unanswered("502") : kept("now")),
    };
    const options = { checks: [check], retryFor: 60_000, pause: 1 };
    const [result] = await probe(deployed("host"), world, options);
    expect(result!.finding).toEqual(kept("now"));
  });

  test("is not tried again where waiting does not fix it", async () => {
    const check = slowly(true);
    const options = { checks: [check], retryFor: 60_000, pause: 1 };
    const [result] = await probe(deployed("host"), world, options);
    expect(result!.finding.status).toBe("broken");
    expect(check.looks).toBe(1);
  });

  test("is not told where one that it rests on is broken", async () => {
    const ground = { ...slowly(true), id: "ground", promise: "Ground" };
    const above = { ...slowly(true), restsOn: ["ground"] };
    const results = await probe(deployed("host"), world, {
      checks: [above, ground],
    });
    expect(results.map(({ finding }) => finding)).toEqual([
      { status: "not checked", why: 'not yet, while "Ground" is broken' },
      broken("not yet", "new", "wait"),
    ]);
  });
});

test("a page that several services look at is asked for once", async () => {
  const asked: string[] = [];
  const world: World = {
    ask: async (url) => {
      asked.push(url);
      return { status: 200, headers: new Headers(), text: "" };
    },
    openSocket: async () => ({ opened: false, status: 403 }),
  };
  const look: ProbeCheck = {
    id: "look",
    promise: "Looks at a neighbour",
    async run({ hostname }, { ask }) {
      await ask("https://neighbour/");
      await ask("https://neighbour/", { headers: { own: hostname } });
      return kept("");
    },
  };
  const services = ["a", "b", "c"].map(deployed);
  await probeAll(services, world, { checks: [look] });
  // With a token or a header of one's own everyone asks for oneself.
  expect(asked).toHaveLength(1 + services.length);
});

test("one service is asked two things at a time, and once for what two checks ask", async () => {
  const { most, rounds, world } = slowWorld();
  const look = (id: string, headers: Record<string, string>): ProbeCheck => ({
    id,
    promise: "Looks",
    async run({ hostname }, { ask }) {
      await ask(`https://${hostname}/`, { headers });
      return kept("");
    },
  });
  const checks = ["a", "b", "c", "d", "d"].map((it) => look(it, { it }));
  await probeAll([deployed("one")], world, { checks });
  expect([most(), rounds()]).toEqual([2, 2]);
});
