import { infisical } from "../../secrets/infisical";
import {
  IDENTITY,
  infisicalEnvironment,
  startInfisical,
  type InfisicalServer,
} from "./infisical-server";

let server: InfisicalServer;
beforeEach(async () => {
  server = await startInfisical();
});
afterEach(() => server.close());

const store = (changes: Record<string, string> = {}) =>
  infisical({ ...infisicalEnvironment(server), ...changes });

test("creates what is new, changes what differs, leaves the rest", async () => {
  server.secrets.set("a-project/prod//machines/B", "old");
  server.secrets.set("a-project/prod//machines/C", "same");

  const changed = await store().put({ A: "1", B: "new", C: "same" });

  expect(changed).toEqual(["A", "B"]);
  expect(Object.fromEntries(server.secrets)).toEqual({
    "a-project/prod//machines/A": "1",
    "a-project/prod//machines/B": "new",
    "a-project/prod//machines/C": "same",
  });
});

test("a second time changes nothing", async () => {
  await store().put({ A: "1" });
  server.asked.length = 0;
  expect(await store().put({ A: "1" })).toEqual([]);
  expect(
    server.asked.filter((call) => /PATCH|POST.*secrets/.test(call)),
  ).toEqual([]);
});

test("fails with every setting that is missing or malformed", () => {
  expect(() =>
    infisical({
      INFISICAL_SITE_URL: "http://far.example",
      INFISICAL_PATH: "x",
    }),
  ).toThrow(
    /CLIENT_ID is not set[^]*CLIENT_SECRET is not set[^]*PROJECT_ID is not set[^]*ENVIRONMENT is not set[^]*https[^]*slash/,
  );
});

test("fails with an identity that is not known, without its secret", async () => {
  const asking = store({ INFISICAL_CLIENT_SECRET: "hush-hush" }).check();
  await expect(asking).rejects.toThrow("check INFISICAL_CLIENT_ID and");
  await expect(asking).rejects.not.toThrow("hush-hush");
});

test.each([
  [403, "can read and write secrets there"],
  [404, "the folder must exist"],
])(
  "fails with what to do about %i, without the value",
  async (status, hint) => {
    const sound = store();
    server.refuse = { status, message: "No:" };
    const putting = sound.put({ A: "hush-hush" });
    await expect(putting).rejects.toThrow(hint);
    await expect(putting).rejects.not.toThrow(/hush-hush/);
    await expect(putting).rejects.not.toThrow(IDENTITY.clientSecret);
  },
);
