import { readSince } from "../../logs/since";

const now = new Date("2026-11-24T12:00:00Z");

test.each([
  ["90m", "2026-11-24T10:30:00.000Z"],
  ["24h", "2026-11-23T12:00:00.000Z"],
  ["7d", "2026-11-17T12:00:00.000Z"],
  ["1d12h", "2026-11-23T00:00:00.000Z"],
  ["3600", "2026-11-24T11:00:00.000Z"],
  ["2026-11-24", "2026-11-24T00:00:00.000Z"],
  ["2026-11-24T08:00Z", "2026-11-24T08:00:00.000Z"],
  ["2026-11-24T08:00:30.5+02:00", "2026-11-24T06:00:30.500Z"],
])("reads %s", (text, time) => {
  expect(readSince(text, now)?.toISOString()).toBe(time);
});

test.each(["", "yesterday", "1w", "0h", "-1h", "2026-13-01", "24.11.2026"])(
  "fails on %j",
  (text) => expect(readSince(text, now)).toBeUndefined(),
);

test("fails on a time to come", () => {
  expect(readSince("2026-11-24T12:00:01Z", now)).toBeUndefined();
});
