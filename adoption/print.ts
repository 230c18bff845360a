import pc from "picocolors";
import { fitted } from "../base/fitted";
import { printable } from "../base/printable";
import type { InPart } from "./in-part";
import type { Survey } from "./look";
import type { Becomes, Line, Row } from "./survey";

const COLOURS: Readonly<Record<Becomes, (text: string) => string>> = {
  "taken over": pc.green,
  used: pc.green,
  "left alone": pc.dim,
  "in the way": pc.red,
  made: pc.green,
  "the stack's own": pc.dim,
  "gets in": pc.red,
  "loses access": pc.yellow,
  changes: pc.yellow,
};

const KIND_WIDTH = "service token".length;
const BECOMES_WIDTH = "the stack's own".length;
const INDENT = " ".repeat(KIND_WIDTH + BECOMES_WIDTH + 6);

/**
 * One table for a host: each object, what becomes of it, and what a destroy leaves.
 *
 * @param width of the terminal; lines to write into a file stay as they are
 */
export function printSurvey(
  { hostname, inPart, lines, notChecked, rows, stack }: Survey,
  width?: number,
): string {
  return [
    `${stack}: what the account has for ${hostname}`,
    ...(rows.length === 0 && notChecked.length === 0
      ? ["  nothing: the stack makes all of it, and a destroy deletes it"]
      : []),
    ...rows.flatMap(printRow).map((row) => fitted(row, width)),
    ...notChecked.map((why) => `  not checked: ${printable(why)}`),
    ...printLines(stack, lines),
    ...(inPart ? printInPart(stack, inPart, lines) : []),
  ].join("\n");
}

function printRow({
  afterDestroy,
  becomes,
  changes = [],
  id,
  kind,
  name,
  todo,
  why,
}: Row): string[] {
  return [
    `  ${kind.padEnd(KIND_WIDTH)}  ${COLOURS[becomes](becomes.padEnd(BECOMES_WIDTH))}  ${printable(name)}${id === undefined ? "" : ` ${printable(id)}`}`,
    ...(why === undefined ? [] : [`${INDENT}${printable(why)}`]),
    ...changes.map(
      ({ after, attribute, before, unkept }) =>
        `${INDENT}${printable(attribute)}: ${printable(before)} -> ${printable(after)}${unkept === undefined ? "" : ` (${printable(unkept)})`}`,
    ),
    ...(todo ?? "")
      .split("\n")
      .filter((line) => line !== "")
      .map(
        (line, at) =>
          `${INDENT}${at === 0 ? `${pc.bold("Do:")} ` : ""}${printable(line)}`,
      ),
    `${INDENT}after a destroy: ${printable(afterDestroy)}`,
  ];
}

function printInPart(
  stack: string,
  { missing, there }: InPart,
  lines: readonly Line[],
): string[] {
  const isShort = lines.some(({ does }) => does === "needed");
  return [
    "",
    "Deployed in part, as a deploy or destroy that was cut off leaves it:",
    `  the state has ${printable(there.join(", "))}`,
    `  and not ${printable(missing.join(" and "))}`,
    `  to finish a destroy, which gives back and deletes what the state has: npm run destroy -- ${stack}`,
    `  to have all of it${isShort ? ", with what is needed" : ""}: npm run deploy -- ${stack}`,
  ];
}

const HEADS: Readonly<Record<Line["does"], string>> = {
  needed:
    "Needed, or the deploy is refused, breaks a promise or stops what works",
  keeps: "To keep what changes above",
  protects: "To have the connector check what these rules take",
  states: "If you like, as it is kept anyway",
};

function printLines(stack: string, lines: readonly Line[]): string[] {
  const kinds = ["needed", "keeps", "protects", "states"] as const;
  return kinds.flatMap((does) => {
    const ofKind = lines.filter((line) => line.does === does);
    if (ofKind.length === 0) return [];
    const inCode = ofKind.filter(({ file }) => file === "main.ts");
    const inSettings = ofKind.filter(({ file }) => file === ".env");
    return [
      "",
      `${HEADS[does]}:`,
      ...inSettings.map(({ text }) => `  in .env: ${printable(text)}`),
      ...(inCode.length > 0
        ? [
            `  in main.ts, for ${stack}:`,
            ...(inCode.some(({ text }) => text.includes("AccessRule."))
              ? [
                  '    // import { AccessRule } from "./constructs/access-rule"; with the package: from "access-stacks/constructs"',
                ]
              : []),
            ...(inCode.some(({ text }) => text.startsWith("promises:"))
              ? [
                  '    // import { policy } from "./contract/promises"; with the package: from "access-stacks/stacks"',
                ]
              : []),
            ...inCode.map(({ text }) => `    ${printable(text)}`),
          ]
        : []),
    ];
  });
}

/** Lines that keep something else than who gets in. */
const OF_NOBODY = /^(application|origin|serviceUrl|sessionDuration)\b/;

/** What to do about those who get in and do not today. */
export function tellGains({
  lines,
  rows,
  stack,
}: Pick<Survey, "lines" | "rows" | "stack">): string {
  const names = rows
    .filter(({ becomes }) => becomes === "gets in")
    .map(({ name }) => printable(name))
    .join(", ");
  const mayKeep = lines.some(
    ({ does, file, text }) =>
      does === "keeps" && file === "main.ts" && !OF_NOBODY.test(text),
  );
  return `${stack}: gets in, and does not today: ${names}. ${mayKeep ? "Write the lines above that prevent it, or take" : "Take"} out of the code what admits them; if they are meant to get in, pass --gains with --yes.`;
}
