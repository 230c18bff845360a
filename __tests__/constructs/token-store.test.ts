import { GoogleProvider } from "@cdktf/provider-google/lib/provider";
import { AccessApp } from "../../constructs/access-app";
import {
  ServiceTokenPolicy,
  type ServiceTokenPolicyProps,
} from "../../constructs/service-token-policy";
import { TokenStore } from "../../constructs/token-store";
import { only, synth } from "./synth";

const SECRET = "google_secret_manager_secret";
const VERSION = "google_secret_manager_secret_version";
const TOKEN = "cloudflare_zero_trust_access_service_token.api";

function store(
  rotation?: ServiceTokenPolicyProps["rotation"],
  project = "home-lab-4711",
) {
  return synth((scope) => {
    new GoogleProvider(scope, "google_provider");
    const accountId = "a1";
    const app = new AccessApp(scope, "grafana", {
      accountId,
      hostname: "grafana.example.com",
    });
    const token = new ServiceTokenPolicy(scope, "api", {
      accountId,
      app,
      rotation,
    });
    new TokenStore(scope, "google", { project }).keep(token, {
      clientId: "GRAFANA_ACCESS_CLIENT_ID",
      clientSecret: "GRAFANA_ACCESS_CLIENT_SECRET",
    });
  });
}

/** The resources of a type whose address names this half. */
const half = (tf: ReturnType<typeof store>, type: string, name: string) =>
  Object.entries(tf.resource[type] ?? {}).find(([id]) =>
    id.includes(name),
  )?.[1];

test("switches the API on, and never off", () => {
  expect(only(store(), "google_project_service")).toMatchObject({
    project: "home-lab-4711",
    service: "secretmanager.googleapis.com",
    disable_on_destroy: false,
  });
});

test("makes a secret for each half, after the API is on", () => {
  const tf = store();
  const secrets = Object.values(tf.resource[SECRET] ?? {});
  expect(secrets.map(({ secret_id: id }) => id).sort()).toEqual([
    "GRAFANA_ACCESS_CLIENT_ID",
    "GRAFANA_ACCESS_CLIENT_SECRET",
  ]);
  for (const secret of secrets)
    expect(secret).toMatchObject({
      depends_on: ["google_project_service.google"],
    });
});

test("writes what it holds by a write-only argument alone", () => {
  const version = half(store(), VERSION, "CLIENT_SECRET");
  expect(version).toMatchObject({
    secret_data_wo: `\${${TOKEN}.client_secret}`,
  });
  expect(version).not.toHaveProperty("secret_data");
});

test("writes the secret anew when it is rotated, and when the token is another", () => {
  const tf = store({ version: 3, previousExpiresAt: "2027-01-31T12:00:00Z" });
  expect(half(tf, VERSION, "CLIENT_SECRET")).toMatchObject({
    secret_data_wo_version: 3,
    lifecycle: {
      create_before_destroy: true,
      replace_triggered_by: [
        expect.stringMatching(
          /^google_\w+\.\w+CLIENT_ID_version\w*\.secret_data$/,
        ),
      ],
    },
  });
  expect(half(tf, VERSION, "CLIENT_ID")).toMatchObject({
    secret_data: `\${${TOKEN}.client_id}`,
  });
});

test.each(["Home-lab", "lab", "projects/home-lab-4711", "100000000001"])(
  "fails for the project %s",
  (project) => {
    expect(() => store(undefined, project)).toThrow(
      /project must be a Google Cloud project's id/,
    );
  },
);
