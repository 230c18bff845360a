import { nobody, nothing, promisesOutput } from "../../contract/promises";
import { readPlan } from "../../review/plan";
import { reviewOf } from "../../review/review";
import { change, planJson } from "./plans";
import { named, NOW, state, ZONE } from "./states";

const HOST = `app.${ZONE}`;
const PROMISES = promisesOutput([nobody.reaches(nothing)]);
const SERVICE = { hostname: HOST };
const RULE = {
  id: `account/tunnel/${HOST}`,
  tunnel_id: "tunnel",
  hostname: HOST,
  service: "http://app:80",
};

interface Outputs {
  readonly before?: Readonly<Record<string, unknown>>;
  readonly after?: Readonly<Record<string, unknown>>;
  readonly sensitive?: string;
}

/** What is found of a stack whose outputs change so. */
function found({ after = {}, before = {}, sensitive }: Outputs): string[] {
  const outputs = Object.fromEntries(
    [...new Set([...Object.keys(before), ...Object.keys(after)])].map(
      (name) => [
        name,
        {
          actions: ["update"],
          before: before[name],
          after: after[name],
          before_sensitive: false,
          after_sensitive: name === sensitive,
        },
      ],
    ),
  );
  const rule = change("tunnel_route.app", ["no-op"], {
    before: RULE,
    after: RULE,
  });
  const plan = readPlan(
    "web",
    planJson([rule], {}, { output_changes: outputs }),
  );
  const account = state([]);
  return [
    ...plan.unread.map(({ address, what }) => `${address}: ${what}`),
    ...reviewOf(
      { before: account, after: account, plans: [plan] },
      { now: NOW },
    ).findings.map(named),
  ];
}

const kept = { service: SERVICE, promises: PROMISES };

test("the host of the promises stays theirs while the stack serves it", () => {
  const decoy = { ...kept, service: { hostname: `zz.${ZONE}` } };
  const other = { ...RULE, id: "account/tunnel/zz", hostname: `zz.${ZONE}` };
  const said = (routes: readonly object[]) => {
    const plan = readPlan(
      "web",
      planJson(
        routes.map((after, at) =>
          change(`tunnel_route.r${at}`, ["create"], { after }),
        ),
        {},
        {
          output_changes: {
            service: {
              actions: ["update"],
              before: kept.service,
              after: decoy.service,
            },
          },
        },
      ),
    );
    const account = state([]);
    return reviewOf(
      { before: account, after: account, plans: [plan] },
      { now: NOW },
    ).findings.map(({ id, text }) => `${id}: ${text}`);
  };
  expect(said([RULE, other])).toContainEqual(
    expect.stringMatching(
      /^promise-undecided: .*zz.example.com instead of app.example.com, which the stack still serves/,
    ),
  );
  expect(said([other]).join()).not.toContain("goes on to serve");
});

test("has nothing to say of promises that stay", () => {
  expect(found({ before: kept, after: kept })).toEqual([]);
});

test("warns of a promise that is dropped", () => {
  expect(found({ before: kept, after: { service: SERVICE } })).toEqual([
    "warning promise-dropped: web: anyone without a login reaches nothing",
  ]);
});

test.each(["service", "promises"])(
  "does not pass over a hidden output %s",
  (name) => {
    expect(found({ after: kept, sensitive: name })).toContain(
      `output.${name}: it is sensitive, and says what is to be proven`,
    );
  },
);

test.each([
  ["no service", {}],
  ["a service without a host", { service: { hostname: 5 } }],
  ["another host than its routes", { service: { hostname: `x.${ZONE}` } }],
  ["promises of another form", { service: SERVICE, promises: [{ who: "me" }] }],
])("fails where the outputs say %s", (_, after) => {
  expect(found({ before: { service: SERVICE }, after })).toEqual([
    "error promise-undecided: web",
  ]);
});
