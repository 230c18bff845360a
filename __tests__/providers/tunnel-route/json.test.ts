import {
  meaning,
  parseJson,
  printJson,
} from "../../../providers/tunnel-route/json";

test.each([
  '{"b":1,"a":2}',
  '{"n":12345678901234567890123.10,"e":1e-9,"z":-0.0}',
  '{"s":"ü \\" \\\\ \\n","none":null,"empty":[{},[]]}',
])("%s comes back as it was", (text) => {
  expect(printJson(parseJson(text))).toBe(text);
});

const means = (a: string, b: string) =>
  meaning(parseJson(a)) === meaning(parseJson(b));

test.each([
  ['{"a":1,"b":2}', '{"b":2,"a":1}', true],
  ['{"a":null}', "{}", true],
  ['{"a":[null]}', '{"a":[]}', false],
  ['{"a":[1,2]}', '{"a":[2,1]}', false],
  ['{"a":1.0}', '{"a":1}', true],
  ['{"a":"1"}', '{"a":1}', false],
  ["12345678901234567890", "12345678901234567891", false],
  ["{}", "[]", false],
])("%s and %s mean the same: %s", (a, b, same) => {
  expect(means(a, b)).toBe(same);
});
