import { mergePlans } from "../../review/merge";
import { readPlan } from "../../review/plan";
import { houseFindings } from "../../rules/house-findings";
import { change, planJson } from "../review/plans";

const HOOK = {
  ...{ id: "a1", aud: "aud", name: "hook", type: "self_hosted" },
  domain: "a.example.com/hook",
};

/**
 * How the house finds a bypass of preflights in what a destroy gives back.
 *
 * @param before whether the application had it before the first deploy
 */
function found(before: boolean) {
  const has = { options_preflight_bypass: true };
  const state = {
    ...{ id: "a1", app_id: "a1", aud: "aud", settings: "{}" },
    ...{ hostname: HOOK.domain, policies: [], document: JSON.stringify(HOOK) },
    previous: JSON.stringify({ ...HOOK, ...(before && has), policies: [] }),
  };
  const deleted = change("tunnel_existing_application.app", ["delete"], {
    before: state,
  });
  const account = {
    access: { applications: [{ ...HOOK, ...has, policies: [] }], policies: [] },
    ...{ tokens: [], tunnels: [], records: [] },
  } as unknown as Parameters<typeof mergePlans>[0];
  const plan = readPlan("web", planJson([deleted]));
  return houseFindings(mergePlans(account, [plan])).filter(
    ({ id }) => id === "preflight-bypass",
  );
}

test("what a destroy gives back as it was is no fault of the stack's: it is said", () => {
  expect(found(true)).toEqual([
    expect.objectContaining({
      severity: "note",
      text: expect.stringMatching(
        /, as before the first deploy: the application is given back /,
      ) as unknown,
    }),
  ]);
});

test("what somebody has made of it since is one", () => {
  expect(found(false)).toMatchObject([{ severity: "error" }]);
});
