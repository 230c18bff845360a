import {
  isOneWay,
  providerVersionFault,
  schemaVersions,
} from "../../base/provider-versions";

test.each([
  ["5.14.0", "5.16.0", false],
  ["5.14.0", "5.17.0", true],
  ["5.17.0", "5.18.0", false],
  ["5.18.0", "5.19.0", true],
  ["5.14.0", "5.22.0", true],
  ["5.19.0", "5.22.0", false],
  ["5.22.0", "5.19.0", false],
  // Nobody has looked at what these write.
  ["5.22.0", "5.23.0", true],
])("whether there is no way back from %s to %s: %s", (from, to, expected) => {
  expect(isOneWay(from, to)).toBe(expected);
});

test.each([
  ["zero-trust-access-policy", "5.14.0", [0]],
  ["zero-trust-access-policy", "5.18.0", [1, 0]],
  ["zero-trust-access-policy", "5.22.0", [500, 1, 0]],
  ["dns-record", "5.18.0", [0]],
  ["dns-record", "5.22.0", [500, 0]],
])("the schema of %s in %s has versions %j", (module, version, expected) => {
  expect(schemaVersions(module, version)).toEqual(expected);
});

test.each(["5.14.0", "5.100.3"])("%s can be used", (version) => {
  expect(providerVersionFault(version)).toBeUndefined();
});

test.each([
  "5.13.9",
  "4.52.0",
  "6.0.0",
  "5.22",
  ">= 5.22.0",
  "v5.22.0",
  "5.022.0",
  "",
])('fails for the version "%s"', (version) => {
  expect(providerVersionFault(version)).toMatch(/^must be 5\.14\.0 or/);
});
