import { AccessGroup } from "../../constructs/access-group";
import { AccessRule } from "../../constructs/access-rule";
import { only, synth } from "./synth";

const GROUP = "cloudflare_zero_trust_access_group";

test("takes its name from its id, and rules in the order given", () => {
  const tf = synth((scope) => {
    new AccessGroup(scope, "artists", {
      accountId: "a1",
      include: [AccessRule.email("Ann@Example.com"), AccessRule.everyone()],
      require: [AccessRule.emailDomain("example.com")],
    });
  });
  expect(only(tf, GROUP)).toMatchObject({
    name: "artists",
    include: [{ email: { email: "ann@example.com" } }, { everyone: {} }],
    require: [{ email_domain: { domain: "example.com" } }],
  });
});

test("looks several up in one list, each with its own message", () => {
  const tf = synth((scope) => {
    AccessGroup.fromNames(scope, "groups", {
      accountId: "a1",
      names: ["artists", "painters"],
    });
  });
  expect(tf.resource).toBeUndefined();
  expect(
    tf.data.cloudflare_zero_trust_access_groups?.groups?.lifecycle,
  ).toMatchObject({
    postcondition: [
      { error_message: expect.stringContaining("is named artists") },
      { error_message: expect.stringContaining("is named painters") },
    ],
  });
});

test.each([
  ["nobody", [], /nobody would be in it/],
  ["everyone", [AccessRule.everyone()], /hold anyone with a login/],
])("fails for a group of %s", (_, include, message) => {
  expect(() =>
    synth((scope) => {
      new AccessGroup(scope, "artists", { accountId: "a1", include });
    }),
  ).toThrow(message);
});
