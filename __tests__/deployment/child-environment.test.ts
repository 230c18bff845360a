import { forApp, forTerraform } from "../../deployment/child-environment";

const ENV = {
  PATH: "/bin",
  HOME: "/home/ann",
  https_proxy: "http://proxy",
  ACCESS_ALLOWED_EMAILS: "ann@example.com",
  CLOUDFLARE_ACCOUNT_ID: "0",
  CLOUDFLARE_TUNNEL: "home",
  MY_OWN_SETTING: "x",
  CLOUDFLARE_API_TOKEN: "s",
  CLOUDFLARE_API_KEY: "s",
  TF_VAR_google_client_secret: "s",
  TF_CLI_CONFIG_FILE: "/x",
  AWS_SECRET_ACCESS_KEY: "s",
  AWS_ACCESS_KEY_ID: "s",
  AWS_SESSION_TOKEN: "s",
  GOOGLE_CREDENTIALS: "s",
  GOOGLE_APPLICATION_CREDENTIALS: "s",
  INFISICAL_CLIENT_SECRET: "s",
  GITHUB_TOKEN: "s",
  ACTIONS_RUNTIME_URL: "s",
  ACTIONS_ID_TOKEN_REQUEST_TOKEN: "s",
  GITHUB_ENV: "s",
  GITHUB_PATH: "s",
  NPM_TOKEN: "s",
  DATABASE_PASSWORD: "s",
};

test("the code of stacks is given every setting and no secret", () => {
  const given = forApp(ENV);
  expect(Object.values(given)).not.toContain("s");
  expect(Object.keys(given)).toEqual([
    "PATH",
    "HOME",
    "https_proxy",
    "ACCESS_ALLOWED_EMAILS",
    "CLOUDFLARE_ACCOUNT_ID",
    "CLOUDFLARE_TUNNEL",
    "MY_OWN_SETTING",
    "TF_CLI_CONFIG_FILE",
  ]);
});

test("Terraform is given its own credentials and those of states, and nobody else's", () => {
  const given = Object.keys(forTerraform(ENV));
  for (const name of [
    "PATH",
    "https_proxy",
    "CLOUDFLARE_API_TOKEN",
    "TF_VAR_google_client_secret",
    "AWS_SECRET_ACCESS_KEY",
    "GOOGLE_CREDENTIALS",
  ])
    expect(given).toContain(name);
  for (const name of [
    "GITHUB_TOKEN",
    "ACTIONS_ID_TOKEN_REQUEST_TOKEN",
    "NPM_TOKEN",
    "INFISICAL_CLIENT_SECRET",
    "DATABASE_PASSWORD",
    "MY_OWN_SETTING",
  ])
    expect(given).not.toContain(name);
});
