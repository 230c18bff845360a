import { PROTECT_RULE } from "../../ingress/protect-rule";
import { World } from "../stacks/world";
import { accountWith, AUD, HOST, TEAM, TOKEN } from "./accounts";
import { queue, QUEUE_AUD } from "./paths";

/** The token at its path, of whose application the host's rule takes no JWT, once that path's rule is so. */
async function reached(change: (access: object, at: object[]) => void) {
  const access = {};
  const world = await World.open(
    accountWith((it) => {
      queue(it);
      Object.assign(it.rule.originRequest!.access!, { audTag: [AUD] });
      it.rules.unshift({
        ...{ hostname: HOST, path: "^/queue" },
        ...{ service: it.rule.service, originRequest: { access } },
      } as (typeof it.rules)[number]);
      change(access, it.rules);
    }),
  );
  try {
    const url = `https://${HOST}/queue`;
    return {
      token: await world.machine(TOKEN.name).reach(url),
      nobody: await world.stranger().reach(url),
    };
  } finally {
    await world.close();
  }
}

test("a rule that is protected as remedies say lets in whom its applications admit; without it, they are refused", async () => {
  expect(PROTECT_RULE).toContain("for each application that decides");
  const protectedRule = { required: true, teamName: TEAM };
  const still = await reached((access) =>
    Object.assign(access, { ...protectedRule, audTag: [AUD, QUEUE_AUD] }),
  );
  expect(still.token).toBeDefined();
  expect(still.nobody).toBeUndefined();
  const removed = await reached((_, rules) => void rules.shift());
  expect(removed).toEqual({ token: undefined, nobody: undefined });
});
