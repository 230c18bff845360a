import { LOST, nextStep, type Situation } from "../../rotation/next-step";

const NOW = new Date("2027-01-01T00:00:00Z");
const OVERLAP = 24 * 3_600_000;
const TOMORROW = "2027-01-02T00:00:00Z";
const unfinished = { replaces: "0ld" };

function situation(changes: Partial<Situation>): Situation {
  return {
    committed: undefined,
    deployed: {
      version: 1,
      previousExpiresAt: undefined,
      secret: "0ld",
      token: "t",
    },
    now: NOW,
    overlap: OVERLAP,
    force: false,
    ...changes,
  };
}

const deployed = (
  version: number,
  secret = "new",
  previousExpiresAt = TOMORROW,
) => ({
  version,
  secret,
  previousExpiresAt,
  token: "t",
});

test("begins with the version after the one that is deployed", () => {
  expect(nextStep(situation({}))).toEqual({
    step: "deploy",
    rotation: { version: 2, previousExpiresAt: TOMORROW, unfinished },
  });
});

test("goes on with what was noted and not deployed, with a fresh overlap", () => {
  const committed = {
    version: 2,
    previousExpiresAt: "2026-12-01T00:00:00Z",
    unfinished,
  };
  expect(nextStep(situation({ committed }))).toEqual({
    step: "deploy",
    rotation: { version: 2, previousExpiresAt: TOMORROW, unfinished },
  });
});

test("goes on with storing what was deployed and not stored", () => {
  const committed = { version: 2, previousExpiresAt: TOMORROW, unfinished };
  expect(nextStep(situation({ committed, deployed: deployed(2) }))).toEqual({
    step: "store",
    rotation: committed,
  });
});

test("takes up a version that the file has lost, and does not fall back", () => {
  const step = nextStep(situation({ deployed: deployed(3) }));
  expect(step).toMatchObject({
    step: "store",
    rotation: { version: 3, previousExpiresAt: TOMORROW },
  });
});

test("refuses where the new secret never arrived, unless it is forced", () => {
  const committed = { version: 2, previousExpiresAt: TOMORROW, unfinished };
  const lost = situation({ committed, deployed: deployed(2, "0ld") });
  expect(nextStep(lost)).toEqual({ step: "refuse", why: LOST });
  expect(nextStep({ ...lost, force: true })).toMatchObject({
    step: "deploy",
    rotation: { version: 3 },
  });
});

test("refuses within the overlap before, not after it", () => {
  const committed = { version: 2, previousExpiresAt: TOMORROW };
  const within = situation({ committed, deployed: deployed(2) });
  expect(nextStep(within)).toMatchObject({ step: "refuse" });
  expect(nextStep({ ...within, force: true })).toMatchObject({
    step: "deploy",
    rotation: { version: 3 },
  });
  expect(nextStep({ ...within, now: new Date(TOMORROW) })).toMatchObject({
    step: "deploy",
    rotation: { version: 3 },
  });
});

test("is held up by nothing of a token that is gone: a destroy ends its secrets", () => {
  const committed = { version: 2, previousExpiresAt: TOMORROW, unfinished };
  const over = situation({
    committed: { ...committed, of: "another" },
    deployed: deployed(2),
  });
  const rotation = { version: 3, previousExpiresAt: TOMORROW };
  expect(nextStep(over)).toEqual({
    step: "deploy",
    rotation: { ...rotation, unfinished: { replaces: "new" } },
  });
  const same = { ...over, committed: { ...rotation, version: 2, of: "t" } };
  expect(nextStep(same)).toMatchObject({ step: "refuse" });
});
