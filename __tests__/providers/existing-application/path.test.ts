import { refusalOf } from "../../../providers/existing-application/messages";

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
