import { durationSeconds } from "../../access/duration";

test.each([
  ["24h", 86_400],
  ["30m", 1_800],
  ["1h30m", 5_400],
  ["0s", 0],
  ["1.5h", 5_400],
  ["1500ms", 1.5],
])("reads %s as %d seconds", (text, seconds) => {
  expect(durationSeconds(text)).toBeCloseTo(seconds, 9);
});

test.each(["", "24", "h", "1d", "-1h", "24h ", "forever"])(
  "fails on %p, which is no duration",
  (text) => {
    expect(durationSeconds(text)).toBeUndefined();
  },
);
