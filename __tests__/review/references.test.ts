import { fillIn, isOpen } from "../../review/references";

const resolve = (address: string, attribute: string) =>
  `<${address}.${attribute}>`;

function filled(value: unknown, unknown: unknown, written: unknown) {
  let open = 0;
  const result = fillIn(value, unknown, written, resolve, () => (open += 1));
  return { result, open };
}

const policy = (name: string) => `\${cloudflare_policy.${name}.id}`;
const token = (name: string) => `\${cloudflare_token.${name}.id}`;

test("keeps what is known", () => {
  expect(filled({ a: [1, "b"] }, { a: [false, false] }, undefined)).toEqual({
    result: { a: [1, "b"] },
    open: 0,
  });
});

test("fills a list in by place", () => {
  const value = [{ precedence: 1 }, { precedence: 2 }];
  const unknown = [{ id: true }, { id: true }];
  const written = [
    { id: policy("first"), precedence: 1 },
    { id: policy("second"), precedence: 2 },
  ];
  expect(filled(value, unknown, written)).toEqual({
    result: [
      { id: "<cloudflare_policy.first.id>", precedence: 1 },
      { id: "<cloudflare_policy.second.id>", precedence: 2 },
    ],
    open: 0,
  });
});

test("fills a set in by looks, whatever its order", () => {
  const value = [
    { email: null, service_token: {} },
    { email: { email: "ada@example.com" }, service_token: null },
    { email: null, service_token: {} },
  ];
  const unknown = [
    { service_token: { token_id: true } },
    { email: {} },
    { service_token: { token_id: true } },
  ];
  const written = [
    { email: { email: "ada@example.com" } },
    { service_token: { token_id: token("one") } },
    { service_token: { token_id: token("two") } },
  ];
  const { open, result } = filled(value, unknown, written);
  expect(open).toBe(0);
  expect(result).toEqual([
    { email: null, service_token: { token_id: "<cloudflare_token.one.id>" } },
    { email: { email: "ada@example.com" }, service_token: null },
    { email: null, service_token: { token_id: "<cloudflare_token.two.id>" } },
  ]);
});

test("takes no other element of a set for one that can't be told", () => {
  const later = "${upper(terraform_data.later.output)}";
  const known = { service_token: { token_id: "<cloudflare_token.one.id>" } };
  const set = (...others: readonly unknown[]) => [
    { service_token: { token_id: token("one") } },
    { email: { email: "ada@example.com" } },
    ...others,
  ];
  const part = filled(
    [known, { service_token: {} }, { email: { email: "ada@example.com" } }],
    [
      { service_token: {} },
      { service_token: { token_id: true } },
      { email: {} },
    ],
    set({ service_token: { token_id: later } }),
  );
  expect(part.open).toBe(1);
  const whole = filled(
    [null, known, { email: { email: "ada@example.com" } }],
    [true, { service_token: {} }, { email: {} }],
    set(later),
  );
  expect(whole.open).toBe(1);
  expect(whole.result).toEqual([
    undefined,
    known,
    { email: { email: "ada@example.com" } },
  ]);
});

test("takes the whole of what is wholly unknown from the configuration", () => {
  const written = [{ id: policy("one"), precedence: 1 }];
  expect(filled(null, true, written).result).toEqual([
    { id: "<cloudflare_policy.one.id>", precedence: 1 },
  ]);
});

test.each([
  ["a template that is more than a reference", "${upper(cloudflare_x.y.id)}"],
  ["a choice", "${var.a ? cloudflare_x.y.id : cloudflare_x.z.id}"],
  ["nothing written, as in configurations that are not JSON", undefined],
])("leaves out what can't be told: %s", (_, written) => {
  expect(filled(null, true, written)).toEqual({ result: undefined, open: 1 });
});

test("sees what is open in a part of a value", () => {
  expect(isOpen({ a: [{ b: true }] })).toBe(true);
  expect(isOpen({ a: [{ b: false }], c: {} })).toBe(false);
});
