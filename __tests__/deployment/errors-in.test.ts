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
