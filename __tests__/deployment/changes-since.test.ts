import { changesSince } from "../../deployment/restore-state";

/** A state with one policy. */
const state = (serial: number, attributes: Record<string, unknown>) => ({
  serial,
  lineage: "l",
  resources: [
    {
      mode: "managed",
      type: "cloudflare_zero_trust_access_policy",
      name: "people",
      instances: [{ attributes: { id: "1", name: "People", ...attributes } }],
    },
  ],
});
const KEPT = state(3, { mfa_config: null });

test.each<[string, ReturnType<typeof state>, string[]]>([
  ["the newer version's own write", state(4, { read_only: false }), []],
  [
    "a later copy that was put back",
    state(7, { mfa_config: null, read_only: false, rules: [] }),
    [],
  ],
  [
    "what only the newer version has, set since",
    state(5, { mfa_config: { mfa_disabled: true } }),
    ["something was applied"],
  ],
  [
    "a change of what the copy knows",
    state(5, { name: "Staff" }),
    ["cloudflare_zero_trust_access_policy.people was changed"],
  ],
])("%s", (_, current, expected) => {
  expect(changesSince(KEPT, current)).toEqual(expected);
});
