import { goDuration, timeSpan } from "../../base/duration";

test.each([
  ["24h", 86_400_000],
  ["30m", 1_800_000],
  ["1h30m", 5_400_000],
  ["2h45m0s", 9_900_000],
  ["1.5h", 5_400_000],
  [".5s", 500],
  ["1.s", 1000],
  ["1500ms", 1500],
  ["3us", 0.003],
  ["3\u00b5s", 0.003],
  ["3\u03bcs", 0.003],
  ["0s", 0],
  ["0", 0],
  ["+5m", 300_000],
])("reads Go's %s as %d ms, for Cloudflare and in an option", (text, ms) => {
  expect(goDuration(text)).toBeCloseTo(ms, 9);
  expect(timeSpan(text)).toBeCloseTo(ms, 9);
});

test.each([
  ["60", 60_000],
  ["1.5", 1500],
  ["7d", 604_800_000],
  ["1d12h", 129_600_000],
])("reads %s as %d ms in an option alone", (text, ms) => {
  expect(timeSpan(text)).toBe(ms);
  expect(goDuration(text)).toBeUndefined();
});

test.each([
  "",
  "+",
  ".",
  ".s",
  "h",
  "-1h",
  "-1",
  "1w",
  "24h ",
  " 24h",
  "1 h",
  "1h30",
  "1,5h",
  "1e3s",
  "0x10s",
  "soon",
  "forever",
  "Infinity",
  "9999999h",
  "1H",
])("fails on %j", (text) => {
  expect(goDuration(text)).toBeUndefined();
  expect(timeSpan(text)).toBeUndefined();
});
