import type { IngressRule } from "../../ingress/rule";
import { demandingBoth } from "../../adoption/split-rules";

const HOST = "comfyui.example.com";
const access = (...audTag: string[]) => ({
  access: { required: true, teamName: "team", audTag },
});
const rule = (
  hostname: string | undefined,
  originRequest: IngressRule["originRequest"],
  path?: string,
): IngressRule => ({
  ...(hostname !== undefined && { hostname }),
  ...(path !== undefined && { path }),
  service: "http://caddy:80",
  originRequest,
});
const LAST = { service: "http_status:404" };
const both = (...rules: IngressRule[]) =>
  demandingBoth([...rules, LAST], HOST, "old", "new");

test.each([
  {
    of: "the host's rule, with its settings",
    rules: [rule(HOST, { noTLSVerify: true, ...access("old") })],
    after: [rule(HOST, { noTLSVerify: true, ...access("old", "new") })],
  },
  {
    of: "every rule of a path that demands it",
    rules: [rule(HOST, access("old"), "^/api"), rule(HOST, access("old", "x"))],
    after: [
      rule(HOST, access("old", "new"), "^/api"),
      rule(HOST, access("old", "x", "new")),
    ],
  },
  {
    of: "a rule for more hosts, which has one before it",
    rules: [rule("*.example.com", access("old"))],
    after: [
      rule(HOST, access("old", "new")),
      rule("*.example.com", access("old")),
    ],
  },
  {
    of: "a rule of a path for every host",
    rules: [rule(undefined, access("old"), "^/api"), rule(HOST, {})],
    after: [
      rule(HOST, access("old", "new"), "^/api"),
      rule(undefined, access("old"), "^/api"),
      rule(HOST, {}),
    ],
  },
  {
    of: "a rule in other spellings, as Go reads them",
    rules: [
      rule("ComfyUI.example.com", {
        Access: { Required: true, teamname: "team", AudTag: ["old"] },
      }),
    ],
    after: [rule("ComfyUI.example.com", access("old", "new"))],
  },
])("demands the JWT of both: $of", ({ after, rules }) => {
  expect(both(...rules)).toEqual([...after, LAST]);
  // Once is enough.
  expect(both(...after)).toEqual([...after, LAST]);
});

test.each([
  ["no JWT", [rule(HOST, { noTLSVerify: true })]],
  ["another's JWT", [rule(HOST, access("other"))]],
  ["none yet", [rule(HOST, { access: { required: false, audTag: ["old"] } })]],
  ["it for another host", [rule("n8n.example.com", access("old"))]],
  ["it, and is never reached", [rule(HOST, {}), rule(HOST, access("old"))]],
  [
    "it below one for the host",
    [rule(HOST, access("other")), rule("*.example.com", access("old"))],
  ],
])("leaves a rule alone that demands %s", (_, rules) => {
  expect(both(...rules)).toEqual([...rules, LAST]);
});
