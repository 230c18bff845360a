import { printable, printableLines } from "../../base/printable";

test("nothing moves the cursor, colours the screen or starts a line", () => {
  expect(printable("a\u001b[2Jb\r\nc\u009bd\u0007e")).toBe("a [2Jb c d e");
});

test("nothing is shown in another order than it is in", () => {
  expect(printable("a\u202egpj.exe\u2066b\u2028c")).toBe("a gpj.exe b c");
});

test("letters, emoji and accents stay", () => {
  expect(printable("Zoë 👩‍💻 日本")).toBe("Zoë 👩‍💻 日本");
});

test("text of several lines keeps its lines", () => {
  expect(printableLines("a\n\tb\u001b[0m\r\nc")).toBe("a\n\tb [0m \nc");
});
