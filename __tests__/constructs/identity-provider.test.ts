import { TerraformVariable } from "cdktf";
import { IdentityProvider } from "../../constructs/identity-provider";
import { placeholderId } from "../../constructs/placeholder";
import { only, synth } from "./synth";

const IDP = "cloudflare_zero_trust_access_identity_provider";

test("takes the secret from a variable, and refuses to deploy without one", () => {
  const tf = synth((scope) => {
    const secret = new TerraformVariable(scope, "secret", { sensitive: true });
    new IdentityProvider(scope, "google", {
      accountId: "a1",
      clientId: "1.apps.googleusercontent.com",
      clientSecret: secret.stringValue,
    });
  });
  expect(only(tf, IDP)).toMatchObject({
    name: "Google",
    type: "google",
    config: { client_secret: "${var.secret}", pkce_enabled: true },
    lifecycle: {
      precondition: [
        {
          condition: '${(var.secret != "")}',
          error_message: expect.stringContaining("TF_VAR_google_client_secret"),
        },
      ],
    },
  });
});

test("creates nothing when it is looked up by name", () => {
  const tf = synth((scope) => {
    IdentityProvider.fromName(scope, "methods", {
      accountId: "a1",
      name: "Google",
    });
  });
  expect(tf.resource).toBeUndefined();
  expect(
    tf.data.cloudflare_zero_trust_access_identity_providers?.methods,
  ).toMatchObject({
    account_id: "a1",
    lifecycle: {
      postcondition: [
        {
          error_message: expect.stringContaining(
            "login method is named Google",
          ),
        },
      ],
    },
  });
});

test("a plan for reading does without the secret, and leaves a deployed one as it is", () => {
  const tf = synth((scope) => {
    new IdentityProvider(scope, "google", {
      accountId: "a1",
      clientId: "1.apps.googleusercontent.com",
      clientSecret: "",
      secretWithheld: true,
    });
  });
  expect(only(tf, IDP).lifecycle).toEqual({
    ignore_changes: ["config.client_secret"],
  });
});

test("a placeholder stands for one that is not there, and two of one name still fail", () => {
  let id = "";
  const tf = synth((scope) => {
    id = IdentityProvider.fromName(scope, "methods", {
      accountId: "a1",
      name: "Google",
      placeholder: placeholderId("login method", "Google"),
    }).identityProviderId;
  });
  expect(id).toMatch(/ : "not-deployed-yet: login method Google"}$/);
  expect(
    tf.data.cloudflare_zero_trust_access_identity_providers?.methods,
  ).toMatchObject({
    lifecycle: {
      postcondition: [{ condition: expect.stringMatching(/ <= 1}$/) }],
    },
  });
});
