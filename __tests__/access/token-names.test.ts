import { decide } from "../../access/decide";
import type { AccessAccount } from "../../access/model";

const HOST = "app.example.com";

/** Why the token "one" gets in, in an account with these tokens. */
function reasonWith(...service_tokens: { id: string; name: string }[]): string {
  const include = [{ service_token: { token_id: "one" } }];
  const policies = [{ name: "machines", decision: "non_identity", include }];
  const account: AccessAccount = {
    applications: [{ domain: HOST, policies }],
    service_tokens,
  };
  return decide(account, {
    host: HOST,
    path: "/",
    serviceToken: { state: "valid", id: "one" },
  }).reason;
}

test("a reason names a token, and tells it from another of its name", () => {
  const one = { id: "one", name: "api" };
  expect(reasonWith(one, { id: "two", name: "other" })).toMatch(
    /service token "api"(?! \()/,
  );
  expect(reasonWith(one, { id: "two", name: "api" })).toContain(
    'service token "api" (one)',
  );
});
