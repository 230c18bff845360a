import { accountSwitchesCheck } from "../../doctor/checks/account-switches";
import { serviceTokensCheck } from "../../doctor/checks/service-tokens";
import type { AccountContext } from "../../doctor/context";

const NOW = new Date("2026-11-28T00:00:00Z");
const token = (id: string, more: object = {}) => ({
  id,
  client_id: `${id}.access`,
  name: "comfyui-api",
  expires_at: "2026-12-05T00:00:00Z",
  ...more,
});

const contextOf = (tokens: readonly object[]) =>
  ({
    account: {
      serviceTokens: async () => tokens,
      applications: async () => [],
      groups: async () => [],
      policies: async () => [],
      organization: async () => ({}),
      tunnelsWithRules: async () => [],
      zones: async () => [],
    },
    now: NOW,
    settings: { accountId: "account" },
  }) as unknown as AccountContext;

test("a token that ends is to be refreshed, and not rotated", async () => {
  const seen = [await serviceTokensCheck.run(contextOf([token("one")]))].flat();
  expect(seen).toMatchObject([
    {
      status: "warning",
      about: "comfyui-api",
      todo: "Refresh it for another year on that page: id and secret stay.",
    },
  ]);
});

test("tokens of one name are told apart by their client ids", async () => {
  const two = [
    token("one", { enabled: false }),
    token("two"),
    token("three", { name: "other", expires_at: "2027-11-05T00:00:00Z" }),
  ];
  const ending = [await serviceTokensCheck.run(contextOf(two))].flat();
  expect(ending.map(({ about }) => about)).toEqual([
    "comfyui-api (one.access)",
    "comfyui-api (two.access)",
  ]);
  const seen = [await accountSwitchesCheck.run(contextOf(two))].flat();
  const off = seen.find(({ what }) => what.startsWith("switched off"));
  expect(off).toMatchObject({ about: "comfyui-api (one.access)" });
  expect(off?.todo).not.toMatch(/remove|delete/);
});
