import fc from "fast-check";
import { hostMatcher } from "../../access/path-pattern";
import { exampleOf } from "../../review/example-host";

const NONE: ReadonlySet<string> = new Set();
const LETTERS = [..."abcdefghijklmnopqrstuvwxyz0123456789"];

/** All names of one letter, and of two. */
const NAMES = LETTERS.flatMap((one) => [
  one,
  ...LETTERS.map((other) => one + other),
]);

function never(): void {
  throw new Error("there is no doubt");
}

const part = fc.string({
  unit: fc.constantFrom("a", "b", "s", "z", "9"),
  maxLength: 2,
});
const label = fc.tuple(part, part).map(([start, end]) => `${start}*${end}`);

/** Those of some wildcards that cover a name, but for those that cover all of a host. */
function others(name: string, host: string, wildcards: readonly string[]) {
  const [start = "", end = ""] = host.split("*");
  return wildcards.filter((other) => {
    const [theirStart = "", theirEnd = ""] = other.split("*");
    const coversAll = start.startsWith(theirStart) && end.endsWith(theirEnd);
    return !coversAll && hostMatcher(other)(name);
  });
}

test("an example is of its host, and of no other that does not cover all of it", () => {
  fc.assert(
    fc.property(label, fc.array(label, { maxLength: 12 }), (host, more) => {
      const example = exampleOf(host, more, NONE, never);
      if (example === undefined) {
        const own = NAMES.filter((name) => hostMatcher(host)(name));
        expect(
          own.filter((name) => others(name, host, more).length === 0),
        ).toEqual([]);
        return;
      }
      expect(hostMatcher(host)(example)).toBe(true);
      expect(others(example, host, more)).toEqual([]);
    }),
  );
});

test("there is one however many names are taken", () => {
  const bases = ["any-other-host", "some-other-name", "zq7-k", "9-y"];
  const taken = new Set(
    bases.flatMap((base) => [
      base,
      ...Array.from({ length: 200 }, (_, at) => `${base}-${at}`),
      ...Array.from({ length: 200 }, (_, at) => `q${at}`),
    ]),
  );
  const example = exampleOf("*.example.com", [], taken, never);
  expect(example).toMatch(/^[a-z0-9]+\.example\.com$/);
  expect(taken.has(example!.split(".")[0]!)).toBe(false);
});

test("there is none where others cover every name", () => {
  const all = [...LETTERS, "_"].map((letter) => `${letter}*.example.com`);
  expect(exampleOf("*.example.com", all, NONE, never)).toBeUndefined();
  expect(exampleOf("*.example.com", all.slice(1), NONE, never)).toMatch(
    /^a.*\.example\.com$/,
  );
});

test("says where it did not look at every kind of name", () => {
  const doubt = jest.fn();
  const all = LETTERS.map((letter) => `x${letter}*.b*.example.com`);
  expect(exampleOf("x*.*.example.com", all, NONE, doubt)).toBeDefined();
  expect(doubt).toHaveBeenCalled();
});
