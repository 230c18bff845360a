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
