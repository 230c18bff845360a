import { policy, type AccessPromise } from "../../contract/promises";
import { notShadowed } from "../../probe/checks/not-shadowed";

const HOST = "app.example.com";
const OWN = { aud: "aud", domain: HOST, policies: [{ name: "people" }] };

/** What is said where another application with these policies has a path. */
async function said(
  policies: readonly object[],
  promises: readonly AccessPromise[],
): Promise<string> {
  const other = { name: "Hooks", domain: `${HOST}/hook`, policies };
  const found = await notShadowed.run(
    { aud: "aud", hostname: HOST, promises } as never,
    { account: { applications: async () => [OWN, other] } } as never,
  );
  return found.status === "not checked"
    ? found.status
    : `${found.status}: ${found.seen}`;
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
