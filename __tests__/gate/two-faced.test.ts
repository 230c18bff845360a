import { forbiddenIn } from "../../gate/allowed";
import { comparable, differences } from "../../gate/code";
import { checkReviewed, type Reviewed } from "../../gate/reviewed";
import { twoFaced } from "../../gate/two-faced";

const LOOKUP =
  '${length(data.cloudflare_x.all.result) == 1 ? data.cloudflare_x.all.result[0] : "not-deployed-yet: login method G"}';
const POLICY = "cloudflare_zero_trust_access_policy";
const METHOD = "cloudflare_zero_trust_access_identity_provider";

/** A stack that looks up what another has yet to make, with more. */
const code = (resource: object, more: object = {}) => ({
  "//": { note: "${var.anything}" },
  variable: { google_client_secret: { sensitive: true } },
  data: { cloudflare_x: { all: { account_id: "a" } } },
  resource: {
    [METHOD]: {
      google: {
        config: { client_secret: "${var.google_client_secret}" },
        lifecycle: {
          precondition: [{ condition: '${var.google_client_secret != ""}' }],
        },
      },
    },
    [POLICY]: {
      people: { include: [{ login_method: { id: LOOKUP } }] },
    },
    cloudflare_dns_record: {
      r: { content: `${LOOKUP}.cfargotunnel.com` },
    },
    ...resource,
  },
  ...more,
});

test("what stacks hand on is the same in a review and a deploy", () => {
  const app = {
    policies: [{ id: `\${${POLICY}.people.id}` }],
    allowed_idps: [LOOKUP, `\${${METHOD}.google.id}`],
    name: `an \${${POLICY}.people.id} within a text`,
    same: `\${${POLICY}.people.include}`,
  };
  const locals = { locals: { id: LOOKUP, copy: "${local.id}" } };
  expect(twoFaced(code({ cloudflare_application: { app } }, locals))).toEqual(
    [],
  );
});

const ASKS: readonly [string, string][] = [
  [
    "whether the secret is there",
    '${var.google_client_secret == "" ? "a" : "b"}',
  ],
  ["the secret as it is", "${var.google_client_secret}"],
  ["the folder", '${endswith(path.cwd, "x") ? "a" : "b"}'],
  ["the workspace", "${terraform.workspace}"],
  [
    "it by Terraform's long form",
    `\${startswith(resource.${POLICY}.people.include[0].login_method.id, "not-") ? "a" : "b"}`,
  ],
  [
    "another attribute that has the placeholder",
    `\${startswith(${POLICY}.people.include[0].login_method.id, "not-") ? "a" : "b"}`,
  ],
  ["a local that has it", '${local.id == "x" ? "a" : "b"}'],
  ["a local that has it from another", '${local.copy == "x" ? "a" : "b"}'],
  ["within a directive", "%{ if local.id == 1 }a%{ endif }"],
  ["within a text of an expression", '${"${local.id}" == "" ? 1 : 2}'],
  [
    "a data source that is asked for it",
    '${data.cloudflare_x.of.id == "" ? 1 : 2}',
  ],
  [
    "what our own provider makes of it",
    '${startswith(tunnel_route.r.id, "x") ? 1 : 2}',
  ],
];

test.each(ASKS)("what asks for %s is refused", (_, text) => {
  const asking = code(
    {
      cloudflare_dns_record: { x: { comment: text } },
      tunnel_route: { r: { tunnel_id: LOOKUP } },
    },
    {
      data: {
        cloudflare_x: { all: { account_id: "a" }, of: { name: "${local.id}" } },
      },
      locals: { id: LOOKUP, copy: "${local.id}" },
    },
  );
  const said = twoFaced(asking);
  expect(said).toEqual([
    expect.stringMatching(
      /^resource\.cloudflare_dns_record\.x\.comment: what .* is can be one thing in a review and another in a deploy$/,
    ),
  ]);
  const trusted = { accountId: "a", backend: {}, isKnown: () => true };
  expect(forbiddenIn(asking, trusted)).toContain(said[0]);
  const reviewed = {
    accountId: "a",
    failed: false,
    code: { s: comparable(asking) },
  } as unknown as Reviewed;
  expect(() => checkReviewed(reviewed, { s: asking }, "a")).toThrow(
    /s: resource\.cloudflare_dns_record\.x\.comment/,
  );
});

test("how many there are must not hang on it", () => {
  const many = { x: { for_each: "${local.id}" } };
  expect(
    twoFaced(code({ cloudflare_dns_record: many }, { locals: { id: LOOKUP } })),
  ).toHaveLength(1);
});

test.each([
  ['${substr("${c ? a : "not-deployed-yet: ', '"}", 18, 99)}'],
  ['${"${c ? a : "not-deployed-yet: ', '"}"}'],
  ['${c ? a : "not-deployed-yet: ${', '}"}'],
])(
  "a placeholder within another expression may not differ: %s",
  (start, end) => {
    const stack = (name: string) => ({ locals: { id: start + name + end } });
    expect(
      differences({ s: comparable(stack("a")) }, { s: stack("b") }),
    ).toEqual(["s: locals.id"]);
  },
);
