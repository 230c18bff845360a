import { released } from "../../packaging/changelog";

test("puts what is unreleased under the version, and leaves an empty heading", () => {
  const before =
    "# Changelog\n\n## Unreleased\n\n- New.\n\n## 0.1.0 (2026-01-01)\n\n- Old.\n";
  expect(released(before, "0.2.0", "2026-02-02")).toBe(
    "# Changelog\n\n## Unreleased\n\n## 0.2.0 (2026-02-02)\n\n- New.\n\n## 0.1.0 (2026-01-01)\n\n- Old.\n",
  );
});

test.each([
  [
    "nothing unreleased",
    "# Changelog\n\n## Unreleased\n\n## 0.1.0\n\n- Old.\n",
  ],
  ["no heading", "# Changelog\n"],
])("refuses a changelog with %s", (_, text) => {
  expect(() => released(text, "0.2.0", "2026-02-02")).toThrow(
    /^CHANGELOG\.md has/,
  );
});
