import { inPart } from "../../adoption/in-part";
import { printSurvey } from "../../adoption/print";
import type { PlannedService } from "../../doctor/planned";

const service = (application?: string, route?: string) =>
  ({
    hostname: "a.x.io",
    applications: [{ id: application }],
    routes: [{ id: route }],
  }) as unknown as PlannedService;
const resource = (type: string, values: object) => ({
  ...{ address: `${type}.it`, mode: "managed", type },
  values: { ...values },
});
const POLICY = resource("cloudflare_zero_trust_access_policy", {
  ...{ name: "People", decision: "allow" },
});
const TAKEN = resource("tunnel_existing_application", {
  ...{
    app_id: "app",
    hostname: "a.x.io",
    previous: JSON.stringify({ name: "By hand" }),
  },
});

test("tells what stands after a destroy that was cut off, and both ways on", () => {
  const cut = inPart(service(), [POLICY, TAKEN]);
  expect(cut).toEqual({
    there: [
      "the policy People (allow)",
      'the application "By hand" (app), taken over',
    ],
    missing: ["the tunnel's rule for a.x.io"],
  });
  expect(inPart(service(), [POLICY])?.missing).toEqual([
    "the application for a.x.io",
    "the tunnel's rule for a.x.io",
  ]);
  const text = printSurvey({
    ...{ stack: "it", hostname: "a.x.io", rows: [], notChecked: [] },
    lines: [{ file: "main.ts", text: "x: 1,", does: "needed" }],
    ...{ inPart: cut, fingerprint: "" },
  });
  expect(text).toMatch(
    /npm run destroy -- it\n {2}to have all of it, with what is needed: npm run deploy -- it$/,
  );
});

test("is silent where nothing or all stands", () => {
  expect(inPart(service(), [])).toBeUndefined();
  expect(inPart(service("app", "route"), [POLICY])).toBeUndefined();
  expect(inPart(service(undefined, "route"), [TAKEN])).toBeUndefined();
});

test("is silent where the code has another host since, and not where a deploy of that was cut off", () => {
  const former = (type: string) => resource(type, { hostname: "old.x.io" });
  for (const type of ["tunnel_route", "tunnel_existing_application"])
    expect(
      inPart(service(), [
        POLICY,
        { ...former(type), values: { ...TAKEN.values, hostname: "old.x.io" } },
      ]),
    ).toBeUndefined();
  expect(inPart(service(), [former("tunnel_route"), TAKEN])?.missing).toEqual([
    "the tunnel's rule for a.x.io",
  ]);
});
