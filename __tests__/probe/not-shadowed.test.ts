import { policy, type AccessPromise } from "../../contract/promises";
import { notShadowed } from "../../probe/checks/not-shadowed";

const HOST = "app.example.com";
const OWN = { aud: "aud", domain: HOST, policies: [{ name: "people" }] };

/** What is found where another application with these policies has a path, whose rule takes JWTs of an application. */
async function found(
  policies: readonly object[],
  promises: readonly AccessPromise[],
  aud: string,
) {
  const other = {
    ...{ name: "Hooks", aud: "hooks", domain: `${HOST}/hook`, policies },
  };
  const access = { required: true, teamName: "team", audTag: [aud] };
  const rule = { hostname: HOST, originRequest: { access } };
  return notShadowed.run(
    { aud: "aud", hostname: HOST, promises } as never,
    {
      account: {
        applications: async () => [OWN, other],
        tunnelsWithRules: async () => [{ id: "t", rules: [rule] }],
        records: async () => [],
      },
    } as never,
  );
}

async function said(
  policies: readonly object[],
  promises: readonly AccessPromise[],
): Promise<string> {
  const one = await found(policies, promises, "aud");
  return one.status === "not checked"
    ? one.status
    : `${one.status}: ${one.seen}`;
}

const [MACHINES, BLOCK] = [
  { name: "machines", decision: "non_identity" },
  { name: "block", decision: "deny" },
];

test("a path whose other application is promised by each policy that admits is left to it", async () => {
  const promises = [policy("machines").reaches("/hook")];
  expect(await said([BLOCK, MACHINES], promises)).toBe(
    'kept: ours covers the host, and promises leave /hook to "Hooks"',
  );
});

test.each<[string, readonly object[], readonly AccessPromise[]]>([
  ["nothing is promised", [MACHINES], []],
  [
    "one of its policies is not promised",
    [MACHINES, { name: "crew", decision: "allow" }],
    [policy("machines").reaches("/*")],
  ],
  [
    "it is promised another path",
    [MACHINES],
    [policy("machines").reaches("/api")],
  ],
  [
    "its policy has a name of the service's own",
    [{ name: "people", decision: "allow" }],
    [policy("people").reaches("/*")],
  ],
  ["its policies are not known", ["id"] as never, []],
  ["it has no policy that admits", [BLOCK], [policy("block").reaches("/*")]],
])("it is broken where %s", async (_, policies, promises) => {
  expect(await said(policies, promises)).toBe(
    `broken: ${HOST}/hook belongs to the application Hooks`,
  );
});

test("leaves a path to its application by a rule of its own first, where the tunnel's refuses whom it admits", async () => {
  const remedyFor = async (policies: readonly object[], aud: string) =>
    (await found(policies, [], aud)) as { readonly remedy?: string };
  expect((await remedyFor([MACHINES], "aud")).remedy).toMatch(
    /, make a rule for app\.example\.com with the path \^\/hook\S*, with .* "Protect with Access" for "Hooks", then move it before the rule for app\.example\.com, then promise the path to each of its policies/,
  );
  expect((await remedyFor([MACHINES], "hooks")).remedy).toMatch(
    /to leave it to that application, promise the path/,
  );
  const bypass = { name: "open", decision: "bypass" };
  expect((await remedyFor([bypass], "aud")).remedy).not.toMatch(/promise/);
});
