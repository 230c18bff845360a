import type { IdentityProvider } from "../../local/account-objects";
import { loginRequired } from "../../probe/checks/login-required";
import type { Deployed, World } from "../../probe/world";
import {
  allowAda,
  HOST,
  protect,
  startLab,
  type Lab,
} from "../local/edge/support";

/** A login is a login, whatever its kind: the probe says which one it met. */
let lab: Lab;
beforeAll(async () => {
  lab = await startLab();
});
afterAll(() => lab.close());

const OIDC = {
  auth_url: "https://id.example.org/authorize",
  token_url: "https://id.example.org/token",
  certs_url: "https://id.example.org/jwks",
};

type Kind = [type: string, config?: IdentityProvider["config"]];

/** Has the service's application offer these kinds, and no other. */
function offer(...kinds: Kind[]): Deployed {
  lab.account.applications.clear();
  const client = lab.account.googleClients[0]!;
  const allowed_idps = kinds.map(([type, config], index) => {
    const id = `600613e0-0000-4000-8000-0000000000b${index}`;
    lab.account.identityProviders.set(id, {
      id,
      name: `Our ${type}`,
      type,
      config: { client_id: client.client_id, ...config },
      client_secret: client.client_secret,
      version: "1",
    });
    return id;
  });
  const { aud } = protect(lab, [allowAda], {
    allowed_idps,
    auto_redirect_to_identity: kinds.length === 1,
  });
  return { aud, hostname: HOST, teamName: "datacrew" } as Deployed;
}

/** What the probe finds. */
function look(deployed: Deployed) {
  const ask: World["ask"] = async (url, given = {}) => {
    const { headers, status, text } = await lab.ask(url, {
      headers: given.headers as Record<string, string>,
    });
    const all = Object.entries(headers).flatMap(([name, value]) =>
      [value ?? []].flat().map((one): [string, string] => [name, one]),
    );
    return { status, text, headers: new Headers(all) };
  };
  return loginRequired.run(deployed, { ask } as World);
}

test.each<[string, IdentityProvider["config"] | undefined, string]>([
  [
    "onetimepin",
    undefined,
    "302 to the team, which asks for the address to mail a code to (one-time PIN)",
  ],
  ["github", undefined, "302 to the team, then to GitHub"],
  ["oidc", OIDC, "302 to the team, then to id.example.org"],
  ["google", undefined, "302 to the team, then to Google"],
])("a login by %s is kept", async (type, config, seen) => {
  expect(await look(offer([type, config]))).toMatchObject({
    status: "kept",
    seen,
  });
});

test("a choice of several is kept", async () => {
  expect(await look(offer(["onetimepin"], ["github"]))).toMatchObject({
    status: "kept",
    seen: "302 to the team, which offers a choice of login methods",
  });
});

test("is broken where the only login method is gone", async () => {
  const deployed = offer(["github"]);
  lab.account.identityProviders.delete("600613e0-0000-4000-8000-0000000000b0");
  expect(await look(deployed)).toMatchObject({
    status: "broken",
    cause: "the team's login page offers no way to log in",
  });
});
