import type { Application } from "../../access/model";
import { applicationCheck } from "../../doctor/checks/application";

const HOOK = "a.x.io/hook";
const at = (...places: string[]): Application => ({
  ...{ id: "app", aud: "aud", name: "Hook", type: "self_hosted" },
  domain: places[0],
  destinations: places.map((uri) => ({ type: "public", uri })),
  policies: [],
});

/** What is said of the hook's application, of which code names the id or nothing. */
async function look(found: Application, existing?: string) {
  const context = {
    account: { applications: async () => [found] },
    service: {
      ...{ name: "comfyui", hostname: "a.x.io" },
      applications: [{ name: "Hook", domain: HOOK, existing }],
    },
  };
  const [seen] = (await applicationCheck.run(context as never)) as readonly {
    status: string;
    what: string;
    todo?: string;
  }[];
  return seen!;
}

test("names the line by which a path's application is taken over", async () => {
  expect((await look(at(HOOK))).todo).toContain(
    'existingPathApplications: { "/hook": "app" }',
  );
  expect((await look(at(HOOK, "a.x.io/form"))).todo).toMatch(
    /^It can't be taken over: .* how the path keeps it/,
  );
});

test("says what becomes of one that is named", async () => {
  expect(await look(at(HOOK), "app")).toMatchObject({ status: "ok" });
  expect(await look(at(HOOK, "b.x.io"), "app")).toMatchObject({
    status: "problem",
    what: 'The application "Hook" is also for b.x.io, which a change would touch: the deploy refuses to take it over',
  });
  expect((await look(at(HOOK), "other")).what).toBe(
    'the account has no application other, which existingPathApplications["/hook"] names',
  );
});
