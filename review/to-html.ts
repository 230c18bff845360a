import { createHash } from "node:crypto";
import { join, markup, verbatim, type Markup } from "../base/markup";
import { nameOf, type Finding } from "./findings/finding";
import { grouped } from "./findings/grouped";
import type { Cell } from "./matrix";
import { SCRIPT } from "./page-script";
import { STYLE } from "./page-style";
import type { Place } from "./places";
import { hasErrors, type Review } from "./review";
import { reaches } from "./verdict";
import { summaryOf, turnWord, WORDS } from "./rows";
import type { Subject } from "./subjects";

/**
 * One page that needs nothing else: the matrix, who can reach what, and the
 * findings. Without scripts it shows all the same, and does not filter.
 *
 * @param all what stays as it is, too
 */
export function toHtml(review: Review, all = false): string {
  const { findings, matrix } = review;
  const title = hasErrors(review) ? "Access review: failed" : "Access review";
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src '${hash(STYLE)}'; script-src '${hash(SCRIPT)}'; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>${title}</title>
<style>${verbatim(STYLE)}</style>
</head>
<body>
<header class="top">
<h1${hasErrors(review) && markup` class="error"`}>${title}</h1>
<p>${summaryOf(matrix, findings)}</p>
</header>
<main>
${findingsSection(findings)}
${matrixSection(review, all)}
</main>
<script>${verbatim(SCRIPT)}</script>
</body>
</html>
`.toString();
}

function findingsSection(findings: readonly Finding[]): Markup | undefined {
  if (findings.length === 0) return undefined;
  const items = grouped(findings).map(
    ({ remedy, severity, subjects, text }) =>
      markup`<li class="${severity}"><span class="mark">${severity}</span> ${subjectsOf(subjects)} <span>${text}</span>${remedy && markup`<span class="remedy">${remedy}</span>`}</li>
`,
  );
  return markup`<section aria-labelledby="findings"><h2 id="findings">Findings</h2>
<ul class="findings">
${items}</ul></section>`;
}

/** The first few, and the others behind a click. */
function subjectsOf(subjects: readonly string[]): Markup {
  const names = (some: readonly string[]) =>
    join(
      some.map((one) => markup`<b>${one}</b>`),
      ", ",
    );
  const rest = subjects.slice(MOST_SUBJECTS);
  if (rest.length === 0) return names(subjects);
  return markup`${names(subjects.slice(0, MOST_SUBJECTS))} <details><summary>and ${rest.length} more</summary>${names(rest)}</details>`;
}

const MOST_SUBJECTS = 4;

/** Subjects who are treated alike everywhere share a column. */
interface Column {
  readonly subjects: readonly Subject[];
  readonly cells: ReadonlyMap<Place, Cell>;
}

function matrixSection({ matrix }: Review, all: boolean): Markup {
  const columns = columnsOf(matrix.cells).filter(
    ({ cells, subjects }) =>
      all ||
      subjects.some(({ kind }) => kind === "nobody" || kind === "else") ||
      [...cells.values()].some(({ turn }) => turn !== "same"),
  );
  const rows = matrix.places.filter(
    (place) =>
      all || columns.some(({ cells }) => cells.get(place)?.turn !== "same"),
  );
  if (rows.length === 0)
    return markup`<section><h2>Who can reach what</h2><p>Nobody's access changes.</p></section>`;
  return markup`<section aria-labelledby="matrix"><h2 id="matrix">Who can reach what</h2>
<div class="tools" hidden>
<label>Host <input type="search" id="host" placeholder="filter hosts" autocomplete="off"></label>
<label>Person or token <input type="search" id="who" placeholder="filter people and tokens" autocomplete="off"></label>
<label><input type="checkbox" id="changed"> only what changes</label>
<output id="shown"></output>
</div>
<p class="legend">${LEGEND}</p>
<div class="matrix" tabindex="0" role="region" aria-label="Who can reach what">
<table>
<thead><tr><th scope="col" class="corner">Host and path</th>${columns.map(head)}</tr></thead>
<tbody>
${rows.map((place) => line(place, columns))}</tbody>
</table>
</div></section>`;
}

const LEGEND = join(
  [
    ["public", "public: past Access"],
    ["open", "open: past the login"],
    ["login", "by login"],
    ["token", "by token"],
    ["refused", "no"],
    ["nowhere", "not there"],
    ["depends", "depends"],
  ].map(([kind, text]) => markup`<span class="o ${kind}">${text}</span>`),
  " ",
);

function columnsOf(cells: readonly Cell[]): Column[] {
  const bySubject = new Map<Subject, Map<Place, Cell>>();
  for (const cell of cells) {
    const own = bySubject.get(cell.subject) ?? new Map<Place, Cell>();
    own.set(cell.place, cell);
    bySubject.set(cell.subject, own);
  }
  const alike = new Map<string, Column & { subjects: Subject[] }>();
  for (const [subject, own] of bySubject) {
    const ways = [...own.values()].map(
      ({ after, before }) =>
        `${before.outcome} ${after.outcome} ${before.policy ?? ""} ${after.policy ?? ""}`,
    );
    // Columns of one kind only are put together: a person is no token.
    const key = `${subject.kind} ${ways.join("|")}`;
    const column = alike.get(key);
    if (column) column.subjects.push(subject);
    else alike.set(key, { subjects: [subject], cells: own });
  }
  return [...alike.values()];
}

function head({ subjects }: Column): Markup {
  const labels = subjects.map(({ label }) => label);
  const [first = ""] = labels;
  const others = labels.slice(1);
  const more =
    others.length > 0 &&
    markup` <details><summary>and ${others.length} more</summary>${join(
      others.map((label) => markup`${label}`),
      "<br>",
    )}</details>`;
  const breakable = join(
    first.split(/(?<=[@.])/).map((part) => markup`${part}`),
    "<wbr>",
  );
  return markup`<th scope="col" data-who="${labels.join("\n").toLowerCase()}" title="${labels.join("\n")}"><span>${breakable}${more}</span></th>`;
}

function line(place: Place, columns: readonly Column[]): Markup {
  const name = nameOf(place);
  const path = place.path === "/" ? "" : place.path;
  const cells = columns.map(({ cells }) => {
    const cell = cells.get(place);
    return cell ? box(cell) : markup`<td></td>`;
  });
  return markup`<tr data-host="${name.toLowerCase()}"><th scope="row"><b>${place.host}</b>${path && markup` <code>${path}</code>`}</th>${cells}</tr>
`;
}

function box(cell: Cell): Markup {
  const { after, before, turn } = cell;
  // Most of a large matrix is this, and needs no words.
  if (turn === "same" && !reaches(after) && after.outcome !== "depends")
    return markup`<td class="same off">${WORDS[after.outcome]}</td>`;
  const why =
    after.reason === before.reason
      ? after.reason
      : `before: ${before.reason}\nafter: ${after.reason}`;
  const way =
    turn === "same"
      ? pill(after.outcome)
      : markup`<span class="was">${pill(before.outcome)}</span><span class="arrow" aria-label="becomes">→</span>${pill(after.outcome)}`;
  const word = turnWord(cell);
  const label = word && markup`<span class="turn">${word}</span>`;
  const exposed = turn !== "same" && after.outcome === "public";
  return markup`<td class="${turn}${exposed ? " exposed" : ""}" title="${why}">${way}${label}</td>`;
}

function pill(outcome: Cell["after"]["outcome"]): Markup {
  return markup`<span class="o ${outcome}">${WORDS[outcome].toLowerCase()}</span>`;
}

function hash(text: string): string {
  return `sha256-${createHash("sha256").update(text).digest("base64")}`;
}
