import {
  refusalOf,
  refuseOthers,
} from "../../../providers/existing-application/messages";

const HOOK = "a.x.io/hook";
const application = (...places: string[]) => ({
  ...{ id: "app", name: "Hook", type: "self_hosted", policies: [] },
  domain: places[0],
  destinations: places.map((uri) => ({ type: "public", uri })),
});

test("an application of exactly one path can be taken over, however it is written", () => {
  expect(refusalOf(application(HOOK), HOOK)).toBeUndefined();
  expect(refusalOf(application("A.x.io/hook"), HOOK)).toBeUndefined();
});

test.each([
  [application(HOOK, "a.x.io/form"), /is also for a\.x\.io\/form, which/],
  [application("a.x.io"), /is for a\.x\.io, and not for a\.x\.io\/hook$/],
  [application("a.x.io/hook/*"), /and not for a\.x\.io\/hook$/],
  [{ ...application(HOOK), type: "ssh" }, /is of the type ssh/],
  [{ ...application(HOOK), scim_config: {} }, /provisions users/],
])("any other is refused by the name of the path's prop", (found, why) => {
  const refusal = refusalOf(found, HOOK, "comfyui");
  expect(refusal?.summary).toMatch(why);
  expect(refusal?.detail).toMatch(
    /existingPathApplications.* npm run adopt -- comfyui /,
  );
});

test("one that is named in place of the one that is deployed says to name that again", () => {
  const prior = { hostname: "a.x.io", app_id: "mine" };
  const refused = (was: typeof prior | null) => {
    try {
      refuseOthers(application("b.x.io"), "a.x.io", was);
    } catch (error) {
      return (error as { detail: string }).detail;
    }
    return undefined;
  };
  expect(refused(prior)).toMatch(
    /^a\.x\.io is deployed with the application mine: write existingApplication: "mine" again\./,
  );
  expect(refused(null)).toMatch(/^Take existingApplication out of main\.ts/);
});
