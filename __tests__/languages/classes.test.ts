import { automatonOf, isOpaque } from "../../languages/automaton";
import { classesOf, pathInBoth, pathOnlyIn } from "../../languages/classes";

function language(pattern: string) {
  const automaton = automatonOf(pattern);
  if (isOpaque(automaton)) throw new Error(automaton.opaque);
  return automaton;
}

const classes = (...patterns: string[]) =>
  Object.fromEntries(
    (classesOf(patterns.map(language)) ?? []).map(({ example, within }) => [
      patterns.filter((_, at) => within[at]).join(" & ") || "none",
      example,
    ]),
  );

test("finds each class of paths with one of its shortest", () => {
  expect(classes("^/public(/.*)?$", "\\.json$")).toEqual({
    none: "/",
    "\\.json$": "/.json",
    "^/public(/.*)?$": "/public",
    "^/public(/.*)?$ & \\.json$": "/public/.json",
  });
});

test("finds classes between patterns that no sample of one shows", () => {
  expect(
    classes("^/files/(?s:.*)/share(/.*)?$", "^/files/x/share(/.*)?$"),
  ).toEqual({
    none: "/",
    "^/files/(?s:.*)/share(/.*)?$":
      expect.stringMatching(/^\/files\/.*\/share$/),
    "^/files/(?s:.*)/share(/.*)?$ & ^/files/x/share(/.*)?$": "/files/x/share",
  });
  expect(classes("^/$")).toEqual({ "^/$": "/", none: expect.anything() });
});

test("has no class for what no path is", () => {
  expect(classes("^x", "^/a", "^/b")).toEqual({
    none: "/",
    "^/a": "/a",
    "^/b": "/b",
  });
});

test("finds a path that only one has, or that there is none", () => {
  const [all, json, word] = ["", "\\.json$", "\\bapi\\b"].map(language);
  expect(pathOnlyIn(all!, [json!])).toBe("/");
  expect(pathOnlyIn(json!, [all!])).toBeNull();
  expect(pathOnlyIn(language("^/api$"), [word!])).toBeNull();
  expect(pathOnlyIn(language("^/apis"), [word!])).toBe("/apis");
});

test("finds a path that both have, or that there is none", () => {
  expect(pathInBoth(language("^/a"), language("b$"))).toBe("/ab");
  expect(pathInBoth(language("^/a"), language("^/b"))).toBeNull();
});
