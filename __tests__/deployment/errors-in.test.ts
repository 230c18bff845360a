import { errorsIn } from "../../deployment/remedies";

test("leaves out Terraform's frame, and the line of a file that nobody has written", () => {
  expect(
    errorsIn(
      [
        "Planning failed.",
        "╷",
        "│ Error: www.example.com leads elsewhere already: CNAME example.com",
        "│ ",
        "│   with tunnel_dns_record.www,",
        "│   on cdk.tf.json line 349, in resource.tunnel_dns_record.www:",
        "│  349:       }",
        "│ ",
        "│ Give the service another hostname. Cloudflare said:",
        "│   12130: access.api.error",
        "╵",
      ].join("\n"),
    ),
  ).toBe(
    [
      "Error: www.example.com leads elsewhere already: CNAME example.com",
      "",
      "  with tunnel_dns_record.www,",
      "",
      "Give the service another hostname. Cloudflare said:",
      "  12130: access.api.error",
    ].join("\n"),
  );
});

test("leaves out advice after which all would be made once more", () => {
  const output = `Error: Backend configuration changed

A change in the backend configuration has been detected, which may require
migrating existing state.

If you wish to attempt automatic migration of the state, use "terraform init
-migrate-state".
If you wish to store the current configuration with no changes to the state,
use "terraform init -reconfigure".`;
  expect(errorsIn(output)).toMatch(/^Error: [^]*migrating existing state\.$/);
});

test("blames no provider where somebody has changed since the plan what it was made on", () => {
  const other = (address: string, attribute: string) => `
╷
│ Error: Provider produced inconsistent final plan
│${" "}
│ When expanding the plan for
│ ${address} to include new values
│ learned so far during apply, provider
│ "access-stacks.local/access-stacks/tunnel" produced an invalid new value for
│ .${attribute}: was cty.StringVal("24h"), but now cty.StringVal("3h").
│${" "}
│ This is a bug in the provider, which should be reported in the provider's own
│ issue tracker.
╵
`;
  const [app, record] = ["tunnel_existing_application.a", "tunnel_record.b"];
  const last = "╷\n│ Error: creating it: 500\n╵\n";
  const said = (address: string) =>
    `Error: What the account has for ${address} has changed since the plan; nothing of it was written\n\nRun the same command again: it plans anew.\n`;
  expect(
    errorsIn(
      `${other(app, "previous")}${other(app, "document")}${other(record, "id")}${last}`,
    ),
  ).toBe(`${said(app)}${said(record)}Error: creating it: 500`);
  const foreign = other("google_service_account.a", "email");
  expect(errorsIn(foreign)).toContain("bug in the provider");
});
