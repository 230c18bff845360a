import type { Client } from "../../../providers/tunnel-route/client";
import type { JsonObject } from "../../../providers/tunnel-route/json";
import { planDestroy } from "../../../providers/tunnel-route/plan";
import {
  ProviderError,
  type Context,
} from "../../../terraform-plugin/provider";
import type { ObjectValue } from "../../../terraform-plugin/value";

const HOST = "app.example.com";
const OWN = { id: "own", aud: "aud-own", name: "App", domain: HOST };
const WIDE = { id: "w", aud: "aud-w", name: "Wide", domain: "*.example.com" };
const bypass = [{ id: "p", decision: "bypass", include: [{ everyone: {} }] }];

/** What the plan of a destroy says of who gets to the host by its rule of before. */
async function said(
  applications: readonly JsonObject[] | Error,
  prior: ObjectValue = {},
  entry?: object,
): Promise<string> {
  let told = "";
  const context = {
    client: {
      givenBack: new Map(),
      journal: { read: (id: string) => (id === "r" ? entry : undefined) },
      snapshot: async () => ({}),
      applications: { policies: async () => [], groups: async () => [] },
      async applicationsOf() {
        if (applications instanceof Error) throw applications;
        return applications;
      },
    },
    diagnostics: {
      warn: (_: string, detail: string) => void (told += detail),
    },
    signal: new AbortController().signal,
  } as unknown as Context<Client>;
  await planDestroy(
    {
      ...{ id: "r", account_id: "acc", hostname: HOST, path: null },
      service: "http://app:80",
      origin_request: { access: { required: true, aud_tag: ["aud-own"] } },
      on_destroy: "restore",
      replaced_rule: JSON.stringify({ hostname: HOST, service: "http://a" }),
      application_id: null,
      claim: "c",
      ...prior,
    },
    context,
  );
  return told;
}

test.each<[string, JsonObject[], RegExp]>([
  [
    "none",
    [OWN],
    /no application covers app\.example\.com then, and it is public where a DNS record leads to the tunnel/,
  ],
  [
    "a wildcard's",
    [OWN, WIDE],
    /the application "Wide" then decides who gets in/,
  ],
  [
    "a wildcard's that is open",
    [OWN, { ...WIDE, policies: bypass }],
    /the application "Wide" then lets everyone in/,
  ],
])(
  "says which application decides once the stack's own is gone: %s",
  async (_, all, words) => {
    expect(await said(all)).toMatch(words);
  },
);

test("the stack's own is known where somebody has switched its check off, or not told of", async () => {
  const off = { origin_request: null };
  const ours = { required: true, audTag: ["aud-own"] };
  const written = [
    {
      hostname: HOST,
      service: "http://app:80",
      originRequest: { access: ours },
    },
  ];
  expect(await said([OWN], off, { claim: "c", written })).toMatch(
    /no application covers app\.example\.com then/,
  );
  const drift = "somebody has changed it since the last deploy: {}";
  expect(await said([OWN], { ...off, drift })).toMatch(
    /without an Access application, the host is public\./,
  );
});

test("one that was there before stays, and decides", async () => {
  expect(await said([OWN], { application_id: "own" })).toMatch(
    /the application "App" then decides who gets in/,
  );
});

test("says where the account could not be asked, and does not know who goes with the rule of a path", async () => {
  expect(await said(new ProviderError("answered 403"))).toMatch(
    /whether one covers it then was not checked \(answered 403\)/,
  );
  expect(await said([OWN, WIDE], { path: "^/hooks" })).toMatch(
    /without an Access application, the host is public\./,
  );
});

test("a rule that comes back where nothing reaches it is told", async () => {
  const drift = "no request reaches it: rule 1, *.example.com, comes first";
  expect(await said([], { drift })).toContain(
    "To have it before that one, move the stack's rule there first",
  );
  expect(await said([], { drift: "it has other settings" })).not.toContain(
    "move the stack's rule",
  );
});
