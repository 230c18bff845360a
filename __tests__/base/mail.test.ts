import { isMailAddress, isMailDomain } from "../../base/mail";

test.each<[string, boolean]>([
  ["example.com", true],
  ["EXAMPLE.co.uk", true],
  ["a-b.example", true],
  ["bücher.example", true],
  ["bücher.example.com", true],
  ["例え.テスト", true],
  ["e\u0301t\u00e9.example", true],
  ["example", false],
  ["-a.example", false],
  ["a-.example", false],
  ["198.51.100.7", false],
  ["*.example.com", false],
  ["example.com.", false],
  ["example.com\n", false],
  ["a b.example", false],
])("can mail go to %j: %s", (domain, can) => {
  const addresses = ["ann", "ann+x", "änne", "o'neil", "a_b"].map(
    (user) => `${user}@${domain}`,
  );
  expect([isMailDomain(domain), ...addresses.map(isMailAddress)]).toEqual([
    can,
    ...addresses.map(() => can),
  ]);
  const none = [`a b@${domain}`, `@${domain}`, `<ann@${domain}`, `*@${domain}`];
  expect(none.filter(isMailAddress)).toEqual([]);
});
