import {
  providerChangeIn,
  WRITTEN_BY_OUTPUT,
  type PlanOfProvider,
} from "../../contract/written-by";

const CLOUDFLARE = "registry.opentofu.org/cloudflare/cloudflare";

/** A plan by one version, of a state that another wrote. */
function plan(
  by: string,
  state: { writtenBy?: string; mode?: string } = {},
): PlanOfProvider {
  const { mode = "managed", writtenBy } = state;
  return {
    configuration: {
      provider_config: {
        cloudflare: { full_name: CLOUDFLARE, version_constraint: by },
        "access-stacks:tunnel": { full_name: "access-stacks.local/a/tunnel" },
      },
    },
    output_changes: {
      [WRITTEN_BY_OUTPUT]: { before: writtenBy ?? null },
    },
    prior_state: {
      values: {
        root_module: { resources: [{ mode, provider_name: CLOUDFLARE }] },
      },
    },
  };
}

test("tells which version wrote the state, and which is to", () => {
  expect(providerChangeIn(plan("5.22.0"))).toEqual({
    from: "5.14.0",
    to: "5.22.0",
  });
  expect(providerChangeIn(plan("5.14.0", { writtenBy: "5.22.0" }))).toEqual({
    from: "5.22.0",
    to: "5.14.0",
  });
});

test.each([
  ["the same version", plan("5.22.0", { writtenBy: "5.22.0" })],
  ["what is only looked up", plan("5.22.0", { mode: "data" })],
  [
    "a stack that was never deployed",
    { configuration: plan("5.22.0").configuration },
  ],
])("says nothing of %s", (_, json) => {
  expect(providerChangeIn(json)).toBeUndefined();
});
