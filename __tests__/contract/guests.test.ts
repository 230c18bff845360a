import {
  dated,
  guestsIn,
  guestsOutput,
  isOver,
  isTimeZone,
} from "../../contract/guests";

const email = "bob@example.com";
const end = (until: string, timeZone = "Europe/Berlin") =>
  dated({ email, until }, timeZone)?.ends.toISOString();

test.each([
  ["2026-12-06", "2026-12-06T23:00:00.000Z"],
  ["2026-07-06", "2026-07-06T22:00:00.000Z"],
  ["2026-12-06T18:00", "2026-12-06T17:00:00.000Z"],
  // The night in which clocks change, either way.
  ["2026-03-28", "2026-03-28T23:00:00.000Z"],
  ["2026-03-29", "2026-03-29T22:00:00.000Z"],
  ["2026-10-25", "2026-10-25T23:00:00.000Z"],
  ["2028-02-29", "2028-02-29T23:00:00.000Z"],
])("ends %s in Berlin at %s", (until, at) => {
  expect(end(until)).toBe(at);
});

test("ends a day where the service is, whatever the machine's zone", () => {
  expect(end("2026-12-31", "Pacific/Auckland")).toBe(
    "2026-12-31T11:00:00.000Z",
  );
  expect(end("2026-12-31", "America/New_York")).toBe(
    "2027-01-01T05:00:00.000Z",
  );
});

test.each([
  ...["", "tomorrow", "2026-12-6", "2026-02-30", "2026-13-01"],
  ...["2026-12-06T24:00", "2026-12-06T12:60", "2026-12-06T12", "06.12.2026"],
])("takes %p for no day", (until) => {
  expect(end(until)).toBeUndefined();
});

test.each([
  ["2026-12-06", "Sunday, 6 December 2026, 24:00 Europe/Berlin"],
  ["2026-12-06T18:00", "Sunday, 6 December 2026, 18:00 Europe/Berlin"],
])("says %s as people do", (until, said) => {
  expect(dated({ email, until }, "Europe/Berlin")?.said).toBe(said);
});

test("comes back from a stack's outputs as it went in", () => {
  const guest = dated(
    { email: "Bob@Example.com", until: "2026-12-06" },
    "UTC",
  )!;
  expect(guest.email).toBe(email);
  expect(guestsIn({ guests: guestsOutput([guest]) })).toEqual([guest]);
  expect(guestsIn({})).toEqual([]);
  expect(guestsIn({ guests: "?" })).toEqual([]);
});

test("is over at the end of the last minute, and not before", () => {
  const guest = dated({ email, until: "2026-12-06" }, "UTC")!;
  expect(isOver(guest, new Date("2026-12-06T23:59:59.999Z"))).toBe(false);
  expect(isOver(guest, new Date("2026-12-07T00:00:00.000Z"))).toBe(true);
});

test("knows time zones", () => {
  expect(["Europe/Berlin", "UTC", "Berlin", ""].map(isTimeZone)).toEqual([
    ...[true, true, false, false],
  ]);
});
