import type { Own } from "../../deployment/adoptable";
import { findLeftovers } from "../../deployment/leftovers";
import { cloud, makeApp, type Cloud } from "../local/api/support";

const TOKEN = "cloudflare_zero_trust_access_service_token";
const POLICY = "cloudflare_zero_trust_access_policy";
const APP = "cloudflare_zero_trust_access_application";

/** A stack with one token, policy and application; ids of what it knows. */
function stackOf({ account }: Cloud, ids: Record<string, string> = {}): Own[] {
  const own = (type: string, values: object): Own => ({
    address: `${type}.it`,
    type,
    values: { account_id: account.id, ...values },
    id: ids[type],
  });
  return [
    own(TOKEN, { name: "comfyui-api" }),
    own(POLICY, { name: "machines", decision: "non_identity" }),
    own(APP, {
      name: "ComfyUI",
      domain: "comfyui.datacrew.space",
      type: "self_hosted",
    }),
  ];
}

async function actions(own: Own[], { client }: Cloud, ours = true) {
  const known = own.map(({ id }) => id).filter((id) => id !== undefined);
  const found = await findLeftovers(own, new Set(known), client, () => ours);
  return found.map(({ action, object }) => [object.id, action]);
}

const makeToken = async ({ at, client }: Cloud, name = "comfyui-api") =>
  (await client.zeroTrust.access.serviceTokens.create({ ...at, name })).id!;

const makePolicy = async (
  { at, client }: Cloud,
  tokenId: string,
  name = "machines",
) =>
  (
    await client.zeroTrust.access.policies.create({
      ...at,
      name,
      decision: "non_identity",
      include: [{ service_token: { token_id: tokenId } }],
    })
  ).id!;

test("never looks at things of other names", async () => {
  const it = cloud();
  const token = await makeToken(it, "comfyui-api-2");
  const policy = await makePolicy(it, token, "machines by hand");
  await makeApp(it, { name: "by hand", policies: [{ id: policy }] });
  expect(await actions(stackOf(it), it)).toEqual([]);
});

const UNKNOWN = {
  do: "leave",
  why: "its name alone does not tell whether a deploy made it or a person",
};

test("never deletes, replaces or takes over anything by its name alone, where an application is for the host", async () => {
  const it = cloud();
  const token = await makeToken(it);
  expect(await actions(stackOf(it), it, false)).toEqual([[token, UNKNOWN]]);

  const policy = await makePolicy(it, token);
  const app = await makeApp(it, { policies: [{ id: policy }] });
  const used = {
    do: "leave",
    why: '"ComfyUI" uses it, which is not of this stack',
  };
  // The application neither: a destroy would take it, and its protection, away.
  expect(await actions(stackOf(it), it, false)).toEqual([
    [
      app.id,
      {
        do: "leave",
        why: `if a person made it, write existingApplication: "${app.id}" in main.ts, and a destroy gives it back (docs/by-hand.md)`,
      },
    ],
    [policy, used],
    [token, used],
  ]);
});

test("knows what something of another name uses, as an application that was given back does", async () => {
  const it = cloud();
  const inUse = async () => {
    const found = await findLeftovers(
      stackOf(it).filter(({ type }) => type !== APP),
      new Set(),
      it.client,
      () => false,
    );
    return found.map(({ usedBy, object }) => [object.id, usedBy]);
  };
  const policy = await makePolicy(it, "t1");
  expect(await inUse()).toEqual([[policy, undefined]]);
  await makeApp(it, { policies: [{ id: policy }] });
  expect(await inUse()).toEqual([[policy, expect.any(String)]]);
});

test("leaves a token that works, also one that a person says is the stack's", async () => {
  const it = cloud();
  const token = await makeToken(it);
  it.account.serviceTokens.get(token)!.last_seen_at = "2026-11-01T00:00:00Z";
  expect(await actions(stackOf(it), it)).toEqual([
    [
      token,
      {
        do: "leave",
        why: "it was used last at 2026-11-01T00:00:00Z: somebody has its secret",
      },
    ],
  ]);
});

test("leaves a token that a policy for any token admits", async () => {
  const it = cloud();
  const token = await makeToken(it);
  await it.client.zeroTrust.access.policies.create({
    ...it.at,
    name: "all machines",
    decision: "non_identity",
    include: [{ any_valid_service_token: {} }],
  });
  expect(await actions(stackOf(it), it)).toEqual([
    [
      token,
      {
        do: "leave",
        why: '"all machines" uses it, which is not of this stack',
      },
    ],
  ]);
});

test("never deletes a second policy by its name alone", async () => {
  const it = cloud();
  const own = await makePolicy(it, "t1");
  const another = await makePolicy(it, "t1");
  expect(await actions(stackOf(it, { [POLICY]: own }), it, false)).toEqual([
    [another, UNKNOWN],
  ]);
});

test("imports nothing by its name alone, be it the only one and its place free", async () => {
  const it = cloud();
  const policy = await makePolicy(it, "t1");
  expect(await actions(stackOf(it), it, false)).toEqual([[policy, UNKNOWN]]);
});

test("takes in the policies of an application that is the stack's by a person's word", async () => {
  const it = cloud();
  const policy = await makePolicy(it, "t1");
  const app = await makeApp(it, { policies: [{ id: policy }] });
  const own = stackOf(it);
  const found = await findLeftovers(
    own,
    new Set(),
    it.client,
    (_, { id }) => id === app.id,
  );
  expect(found.map(({ action, object }) => [object.id, action])).toEqual([
    [app.id, { do: "import", address: `${APP}.it` }],
    [policy, { do: "import", address: `${POLICY}.it` }],
  ]);
});

test("leaves alone what something of a stranger's uses", async () => {
  const it = cloud();
  const token = await makeToken(it);
  const policy = await makePolicy(it, token);
  await makeApp(it, {
    name: "by hand",
    domain: "other.datacrew.space",
    policies: [{ id: policy }],
  });
  const leave = {
    do: "leave",
    why: '"by hand" uses it, which is not of this stack',
  };
  expect(await actions(stackOf(it), it)).toEqual([
    [policy, leave],
    [token, leave],
  ]);
});

test("takes in a login method that an application of another stack uses, and no stranger's", async () => {
  const it = cloud();
  const type = "cloudflare_zero_trust_access_identity_provider";
  const { id } = await it.client.zeroTrust.identityProviders.create({
    ...it.at,
    name: "Google",
    type: "google",
    config: { client_id: "c", client_secret: "s" },
  });
  await makeApp(it, { allowed_idps: [id!] });
  const identity: Own = {
    address: `${type}.google`,
    type,
    values: {
      account_id: it.account.id,
      name: "Google",
      type: "google",
      config: { client_id: "c" },
    },
    id: undefined,
  };
  const action = async (siblings: Own[]) =>
    (
      await findLeftovers(
        [identity],
        new Set(),
        it.client,
        () => true,
        undefined,
        siblings,
      )
    )[0]?.action;
  expect(await action([])).toEqual({
    do: "leave",
    why: '"ComfyUI" uses it, which is not of this stack',
  });
  expect(await action(stackOf(it))).toEqual({
    do: "import",
    address: `${type}.google`,
  });
});

test("takes a whole chain in; the token, whose secret is lost, to be replaced", async () => {
  const it = cloud();
  const token = await makeToken(it);
  const policy = await makePolicy(it, token);
  const app = await makeApp(it, { policies: [{ id: policy }] });
  expect(await actions(stackOf(it), it)).toEqual([
    [app.id, { do: "import", address: `${APP}.it` }],
    [policy, { do: "import", address: `${POLICY}.it` }],
    [token, { do: "replace", address: `${TOKEN}.it` }],
  ]);
});

test("of several it takes the one in use, and deletes the others", async () => {
  const it = cloud();
  const token = await makeToken(it);
  const [unused, used, another] = [
    await makePolicy(it, token),
    await makePolicy(it, token),
    await makePolicy(it, token),
  ];
  const app = await makeApp(it, { policies: [{ id: used }] });
  const found = new Map(
    (await actions(stackOf(it, { [TOKEN]: token }), it)).map(
      ([id, action]) => [id, action] as const,
    ),
  );
  expect(found).toEqual(
    new Map<unknown, unknown>([
      [app.id, { do: "import", address: `${APP}.it` }],
      [used, { do: "import", address: `${POLICY}.it` }],
      [unused, { do: "delete" }],
      [another, { do: "delete" }],
    ]),
  );
});

test("does not delete a policy that an application of ours still uses", async () => {
  const it = cloud();
  const token = await makeToken(it);
  const used = await makePolicy(it, token);
  const own = await makePolicy(it, token);
  const app = await makeApp(it, { policies: [{ id: used }] });
  expect(
    await actions(stackOf(it, { [TOKEN]: token, [POLICY]: own }), it),
  ).toEqual([
    [app.id, { do: "import", address: `${APP}.it` }],
    [
      used,
      {
        do: "leave",
        why: '"ComfyUI" uses it: deploy, then run adopt again',
      },
    ],
  ]);
});

test("takes back a group that a policy of ours uses, and deletes a second one", async () => {
  const it = cloud();
  const { at, client } = it;
  const include = [{ email: { email: "ada@datacrew.space" } }];
  const { groups, policies } = client.zeroTrust.access;
  const used = (await groups.create({ ...at, name: "artists", include })).id!;
  const spare = (await groups.create({ ...at, name: "artists", include })).id!;
  await policies.create({
    ...at,
    name: "machines",
    decision: "non_identity",
    include: [{ group: { id: used } }],
  });
  const group = {
    address: "cloudflare_zero_trust_access_group.group_artists",
    type: "cloudflare_zero_trust_access_group",
    values: { account_id: it.account.id, name: "artists" },
  };
  const found = await actions([...stackOf(it), group], it);
  expect(found).toEqual(
    expect.arrayContaining([
      [used, { do: "import", address: group.address }],
      [spare, { do: "delete" }],
    ]),
  );
});
