import { summary, TIMEOUT, Workspace } from "./workspace";

jest.setTimeout(TIMEOUT);

let workspace: Workspace;

beforeEach(async () => {
  workspace = await Workspace.open();
});
afterEach(() => workspace.close());

/** An application with one policy or two. */
function withPolicies(names: string[], lifecycle?: object) {
  const account_id = workspace.accountId;
  return {
    zero_trust_access_policy: Object.fromEntries(
      names.map((name) => [
        name,
        {
          account_id,
          name,
          decision: "allow",
          include: [{ email: { email: `${name}@datacrew.space` } }],
          ...(lifecycle && { lifecycle }),
        },
      ]),
    ),
    zero_trust_access_application: {
      app: {
        account_id,
        name: "App",
        type: "self_hosted",
        domain: "app.datacrew.space",
        policies: names.map((name) => ({
          id: `\${cloudflare_zero_trust_access_policy.${name}.id}`,
        })),
      },
    },
  };
}

test("a policy is deleted before the application lets go of it, and that is refused", async () => {
  workspace.write(withPolicies(["kept", "dropped"]));
  await workspace.applied();
  workspace.write(withPolicies(["kept"]));

  const writes = await workspace.writes(async () => {
    expect((await workspace.apply()).code).toBe(1);
  });

  expect(summary(writes)).toEqual([
    "DELETE policies/:id 409",
    "DELETE policies/:id 409",
    "DELETE policies/:id 409",
  ]);
});

test("with create_before_destroy from the first deploy it is the other way round", async () => {
  const lifecycle = { create_before_destroy: true };
  workspace.write(withPolicies(["kept", "dropped"], lifecycle));
  await workspace.applied();
  workspace.write(withPolicies(["kept"], lifecycle));

  const writes = await workspace.writes(() => workspace.applied());

  expect(summary(writes)).toEqual([
    "PUT apps/:id 200",
    "DELETE policies/:id 202",
  ]);
});
