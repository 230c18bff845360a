import {
  nobody,
  nothing,
  person,
  promiseFaults,
  promisesOutput,
  sentenceOf,
  token,
  type AccessPromise,
} from "../../contract/promises";
import type { AccountState, Plan } from "../../review/change";
import { reviewOf } from "../../review/review";
import { openPathPattern } from "../../ingress/open-path";
import {
  allow,
  bypass,
  NOW,
  serviceAuth,
  state,
  ZONE,
  type Host,
} from "./states";

const HOST = `app.${ZONE}`;
const SERVICE = "http://service:80";

function planOf(
  promises: readonly AccessPromise[],
  openPaths: readonly string[] = [],
): Plan {
  return {
    stack: "web",
    resources: [],
    unread: [],
    outputs: {
      service: { hostname: HOST, open_paths: openPaths },
      promises: promisesOutput(promises),
    },
  };
}

/** The promises that do not hold, with why. */
function broken(
  account: AccountState,
  promises: readonly AccessPromise[],
  openPaths?: readonly string[],
): string[] {
  const plans = [planOf(promises, openPaths)];
  return reviewOf({ before: account, after: account, plans }, { now: NOW })
    .findings.filter(({ id }) => id.startsWith("promise-"))
    .map(({ subject, text }) => `${subject}: ${text}`);
}

const whole: Host = {
  host: HOST,
  policies: [allow("ann@example.com"), serviceAuth("t1")],
};
const TOKEN = { id: "t1", name: "web-api" };
const guarded = state([whole], { tokens: [TOKEN] });

/** The host with an open path as the stack makes it. */
function withOpenPath(pattern = openPathPattern("/webhook")): AccountState {
  const open = {
    host: HOST,
    path: "/webhook",
    policies: [bypass],
    rule: "none",
  };
  const account = state([whole, open as Host], { tokens: [TOKEN] });
  const [tunnel] = account.tunnels;
  return {
    ...account,
    tunnels: [
      {
        ...tunnel!,
        rules: [
          { hostname: HOST, path: pattern, service: SERVICE },
          ...tunnel!.rules,
        ],
      },
    ],
  };
}

test("promises that hold are kept silent", () => {
  expect(
    broken(
      withOpenPath(),
      [
        nobody.reaches("/webhook").andNothingElse(),
        person("Ann@example.com").reaches("/*"),
        person("mallory@example.net").reaches("/webhook").andNothingElse(),
        token("web-api").reaches("/*"),
      ],
      ["/webhook"],
    ),
  ).toEqual([]);
});

test("says by which request and policy somebody reaches what they should not", () => {
  expect(broken(guarded, [person("ann@example.com").reaches(nothing)])).toEqual(
    [
      `web: ann@example.com reaches nothing: it does not hold: https://${HOST}/ gets through. application "App ${HOST}": policy "people" admits ann@example.com, then the rule of ${HOST} in the tunnel home`,
    ],
  );
});

test("says where somebody does not reach what they should", () => {
  expect(broken(guarded, [person("ben@example.com").reaches("/api")])).toEqual([
    expect.stringContaining(
      "ben@example.com reaches /api: it does not hold: https://app.example.com/api is not reached",
    ),
  ]);
});

test("limits a token to its paths in every spelling", () => {
  const promise = token("web-api").reaches("/queue").andNothingElse();
  expect(broken(guarded, [promise])).toEqual([
    expect.stringContaining(
      `the token web-api reaches /queue, and nothing else: it does not hold: https://${HOST}/ gets through`,
    ),
  ]);
});

test("holds without being written that nobody reaches more than the open paths", () => {
  expect(broken(withOpenPath(), [], ["/webhook"])).toEqual([]);
  expect(broken(withOpenPath(), [], [])).toEqual([
    expect.stringContaining(
      "web: anyone without a login reaches nothing: it does not hold: https://app.example.com/webhook gets through",
    ),
  ]);
  // A rule that is wider than the open path lets spellings through that a service may read as another path.
  const [found] = broken(withOpenPath("^/webhook"), [], ["/webhook"]);
  expect(found).toMatch(
    /reaches \/webhook, and nothing else: it does not hold: https:\/\/app\.example\.com\/webhook\S+ gets through/,
  );
});

test("names another host that leads to the very service", () => {
  const door: Host = { host: `old.${ZONE}`, service: "http://web:80" };
  const plans: Plan[] = [
    {
      ...planOf([]),
      outputs: { service: { hostname: HOST, container_url: "http://web:80" } },
    },
  ];
  const account = state([whole, door]);
  const { findings } = reviewOf(
    { before: account, after: account, plans },
    { now: NOW },
  );
  expect(findings).toContainEqual(
    expect.objectContaining({
      id: "promise-broken",
      severity: "error",
      text: expect.stringMatching(
        /https:\/\/old\.example\.com\/ gets through.*, as before$/,
      ) as string,
      remedy: expect.stringContaining("protect that host as well") as string,
    }),
  );
});

test("fails where a promise can't be decided", () => {
  const posture = {
    ...allow(),
    include: [{ device_posture: { integration_uid: "d1" } }],
  };
  expect(
    broken(state([{ host: HOST, policies: [posture] }]), [
      person("ann@example.com").reaches(nothing),
    ]),
  ).toEqual([expect.stringContaining("whether it holds can't be told")]);
});

test("each has one name", () => {
  expect(
    [
      nobody.reaches("/webhook/*").andNothingElse(),
      person("ann@example.com").reaches("/*"),
      person("mallory@example.net").reaches(nothing),
      token("comfyui-api").reaches("/prompt", "/queue").andNothingElse(),
    ].map(sentenceOf),
  ).toEqual([
    "anyone without a login reaches /webhook/*, and nothing else",
    "ann@example.com reaches /*",
    "mallory@example.net reaches nothing",
    "the token comfyui-api reaches /prompt and /queue, and nothing else",
  ]);
});

test("says all that is wrong with promises at once", () => {
  expect(
    promiseFaults(
      [
        person("ann").reaches("x"),
        token("other").reaches("/a", nothing),
        nobody.reaches(),
      ],
      ["web-api"],
    ),
  ).toEqual([
    expect.stringContaining('paths begin with "/"'),
    expect.stringContaining(
      'an e-mail address such as "ann@example.com", got "ann"',
    ),
    expect.stringContaining('"nothing" beside paths'),
    expect.stringContaining("which the stack does not have: it has web-api"),
    expect.stringContaining("names no path"),
  ]);
});
