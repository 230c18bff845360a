import {
  disarmed,
  printable,
  printableJson,
  printableLines,
  printableName,
} from "../../base/printable";
import { code, codeBlock } from "../../review/markdown";

/** What a name can hold that would speak for us. */
const ARMED = [
  ["an escape sequence", "\x1b[1A\x1b[2Kkept"],
  ["a return", "\rkept"],
  ["a line end", "x\nkept"],
  ["a line end of Unicode", "x\u2028kept\u2029"],
  ["a control of the second set", "\u009b2Kkept"],
  ["writing turned around", "\u202etpek\u2066"],
  ["what nobody sees", "ke\u200bpt\ufeff"],
  ["no characters", "\ufffe\uffff\ud800"],
  ["tags", "\u{e0041}\u{e007f}"],
] as const;

const DANGER =
  /[\p{Cc}\u2028\u2029\u200b\u202a-\u202e\u2066-\u2069\ufeff\p{Cs}\p{Noncharacter_Code_Point}\u{e0000}-\u{e007f}]/u;

test.each(ARMED)("disarms %s", (_, text) => {
  expect(printable(text)).not.toMatch(DANGER);
  expect(code(text)).not.toMatch(DANGER);
  expect(codeBlock(text).replaceAll("\n", "")).not.toMatch(DANGER);
  expect(disarmed(text).replaceAll("\n", "")).not.toMatch(DANGER);
  const json = printableJson({ text });
  expect(json.replaceAll("\n", "")).not.toMatch(DANGER);
  expect(JSON.parse(json)).toEqual({ text });
});

test.each([
  "::error::gone",
  "  ::add-mask::x",
  "##[error]gone",
  "a ##[group]b",
])("lets no CI runner take %j for a command", (text) => {
  for (const print of [printable, disarmed])
    expect(print(text)).not.toMatch(/^\s*::|##\[/);
  expect(JSON.parse(printableJson([text]))).toEqual([text]);
  expect(printableJson([text])).not.toContain("##[");
});

test("leaves the words of all languages, and addresses, as they are", () => {
  for (const text of ["Grüße, 東京 ☕ 👩‍🔬", "::1", "[::]:80", "a::b", "C# #[1]"])
    expect(printable(text)).toBe(text);
});

test("keeps the lines and colours of a whole output, and no other sequence", () => {
  expect(disarmed("\x1b[31mBROKEN\x1b[39m\n\tnext")).toBe(
    "\x1b[31mBROKEN\x1b[39m\n\tnext",
  );
  const others = disarmed("\x1b[31mBROKEN\x1b[8m\x1b[2K");
  for (const sequence of ["\x1b[8m", "\x1b[2K"])
    expect(others).not.toContain(sequence);
});

test("shows a name that looks like none", () => {
  const blank = [0x3164, 0x2800, 0x115f, 0xad, 0x34f, 0xfe0f, 0xe01ef]
    .concat([0x180e, 0xffa0, 0x3000, 0x2064])
    .map((point) => String.fromCodePoint(point));
  for (const name of ["", " ", "\t\u00a0", ...blank, blank.join("")]) {
    expect(printableName(name)).toBe("(no name)");
    expect(code(name)).toBe("`(no name)`");
  }
});

test("two names that differ look different", () => {
  for (const point of [0xad, 0x34f, 0x115f, 0x180e, 0x2062, 0x2800, 0x3164])
    expect(printable(`a${String.fromCodePoint(point)}b`)).toBe("a\ufffdb");
  // Joiners are part of what some languages write.
  expect(printable("a\u200cb\ufe0f")).toBe("a\u200cb\ufe0f");
});

test("nothing is shown in another order than it is in", () => {
  expect(printable("a\u202egpj.exe\u2066b\u2028c")).toBe("a gpj.exe b c");
});

test("text of several lines keeps its lines", () => {
  expect(printableLines("a\n\tb\u001b[0m\r\nc")).toBe("a\n\tb [0m \nc");
});
