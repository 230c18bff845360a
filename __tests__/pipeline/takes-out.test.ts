import { NO_GUEST } from "../../contract/guests";
import { besidesTakingOut } from "../../pipeline/takes-out";

const email = (address: string) => ({
  email: { email: address },
  everyone: null,
});
const ANN = email("ann@example.com");
const BOB = email("bob@example.com");
const POLICY = {
  id: "p1",
  name: "ComfyUI Access Policy",
  decision: "allow",
  session_duration: "24h",
  updated_at: "2026-11-28T00:00:00Z",
  include: [ANN, BOB],
};

interface Given {
  readonly type?: string;
  readonly actions?: readonly string[];
  readonly before?: object;
  readonly after?: object;
  readonly unknown?: object;
}

/** An update that takes out Bob, unless it is told otherwise. */
function change({ actions, after, before, type, unknown }: Given = {}) {
  const kind = type ?? "cloudflare_zero_trust_access_policy";
  return {
    address: `${kind}.people`,
    mode: "managed",
    type: kind,
    change: {
      actions: actions ?? ["update"],
      before: { ...POLICY, ...before },
      after: { ...POLICY, updated_at: null, include: [ANN], ...after },
      after_unknown: { updated_at: true, include: [{ email: {} }], ...unknown },
    },
  };
}

const UNTOUCHED = change({ type: "tunnel_route", actions: ["no-op"] });

function besides(
  changes: readonly object[],
  output_changes: object = {},
): string[] {
  const json = JSON.stringify({ resource_changes: changes, output_changes });
  return besidesTakingOut(json, ["bob@example.com"]);
}

test("has nothing against a plan that only takes the guest out", () => {
  expect(besides([UNTOUCHED, change()])).toEqual([]);
  expect(besides([change()], { guests: { actions: ["no-op"] } })).toEqual([]);
});

test("has nothing against nobody in the place of the last guest", () => {
  const before = { include: [BOB] };
  const after = { include: [email(NO_GUEST)] };
  expect(besides([change({ before, after })])).toEqual([]);
});

test.each<[string, Given]>([
  ["lets somebody in", { after: { include: [ANN, email("x@example.com")] } }],
  ["takes out another", { after: { include: [BOB] } }],
  ["takes out more than guests", { after: { include: [] } }],
  ["takes out nobody", { after: { include: [ANN, BOB] } }],
  ["changes how long a login lasts", { after: { session_duration: "48h" } }],
  ["changes what is demanded", { after: { require: [ANN] } }],
  ["leaves open what will be demanded", { unknown: { require: true } }],
  ["leaves open whom it names", { unknown: { include: true } }],
  ["turns the policy round", { after: { decision: "bypass" } }],
  [
    "takes somebody out of whom it keeps out",
    { before: { decision: "deny" }, after: { decision: "deny" } },
  ],
  ["makes it anew", { actions: ["create", "delete"] }],
  ["deletes it", { actions: ["delete"] }],
  ["lets go of it", { actions: ["forget"] }],
  ["changes something else", { type: "tunnel_route" }],
])("refuses a plan that %s", (_, given) => {
  expect(besides([UNTOUCHED, change(given)])).toHaveLength(1);
});

test("refuses a plan that does more besides, and says what", () => {
  const other = change({ type: "tunnel_route", actions: ["delete"] });
  expect(
    besides([change(), other], { service: { actions: ["update"] } }),
  ).toEqual(["delete tunnel_route.people", "update output service"]);
});

test("takes a rule that says more than an address for no guest's", () => {
  const more = { ...BOB, geo: { country_code: "NL" } };
  expect(besides([change({ before: { include: [ANN, more] } })])).toHaveLength(
    1,
  );
});
