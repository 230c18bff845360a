import { createHash } from "node:crypto";
import { nameOf, type Finding } from "./findings/finding";
import { grouped } from "./findings/grouped";
import type { Cell } from "./matrix";
import { SCRIPT } from "./page-script";
import { STYLE } from "./page-style";
import type { Place } from "./places";
import { isBad, type Review } from "./review";
import { reaches } from "./verdict";
import { summaryOf, TURNS, WORDS } from "./rows";
import type { Subject } from "./subjects";

/**
 * One page that needs nothing else: the matrix, who can reach what, and the
 * findings. Without scripts it shows all the same, and does not filter.
 *
 * @param all what stays as it is, too
 */
export function toHtml(review: Review, all = false): string {
  const { findings, matrix } = review;
  const title = isBad(review) ? "Access review: not good" : "Access review";
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src '${hash(STYLE)}'; script-src '${hash(SCRIPT)}'; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>${title}</title>
<style>${STYLE}</style>
</head>
<body>
<header class="top">
<h1${isBad(review) ? ' class="bad"' : ""}>${title}</h1>
<p>${escape(summaryOf(matrix, findings))}</p>
</header>
<main>
${findingsSection(findings)}
${matrixSection(review, all)}
</main>
<script>${SCRIPT}</script>
</body>
</html>
`;
}

function findingsSection(findings: readonly Finding[]): string {
  if (findings.length === 0) return "";
  const items = grouped(findings).map(
    ({ remedy, severity, subjects, text }) =>
      `<li class="${severity}"><span class="mark">${LABELS[severity]}</span> ${subjectsOf(subjects)} <span>${escape(text)}</span>${remedy ? `<span class="remedy">${escape(remedy)}</span>` : ""}</li>`,
  );
  return `<section aria-labelledby="findings"><h2 id="findings">Findings</h2>
<ul class="findings">
${items.join("\n")}
</ul></section>`;
}

/** The first few, and the others behind a click. */
function subjectsOf(subjects: readonly string[]): string {
  const names = (some: readonly string[]) =>
    some.map((one) => `<b>${escape(one)}</b>`).join(", ");
  const rest = subjects.slice(MOST_SUBJECTS);
  if (rest.length === 0) return names(subjects);
  return `${names(subjects.slice(0, MOST_SUBJECTS))} <details><summary>and ${rest.length} more</summary>${names(rest)}</details>`;
}

const MOST_SUBJECTS = 4;

const LABELS: Readonly<Record<Finding["severity"], string>> = {
  bad: "bad",
  warning: "look",
  note: "know",
};

/** Subjects who are treated alike everywhere share a column. */
interface Column {
  readonly subjects: readonly Subject[];
  readonly cells: ReadonlyMap<Place, Cell>;
}

function matrixSection({ matrix }: Review, all: boolean): string {
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
    return `<section><h2>Who can reach what</h2><p>Nobody's access changes.</p></section>`;
  return `<section aria-labelledby="matrix"><h2 id="matrix">Who can reach what</h2>
<div class="tools" hidden>
<label>Host <input type="search" id="host" placeholder="filter hosts" autocomplete="off"></label>
<label>Person or token <input type="search" id="who" placeholder="filter people and tokens" autocomplete="off"></label>
<label><input type="checkbox" id="changed"> only what changes</label>
<output id="shown"></output>
</div>
<p class="legend">${LEGEND}</p>
<div class="matrix" tabindex="0" role="region" aria-label="Who can reach what">
<table>
<thead><tr><th scope="col" class="corner">Host and path</th>${columns.map(head).join("")}</tr></thead>
<tbody>
${rows.map((place) => line(place, columns)).join("\n")}
</tbody>
</table>
</div></section>`;
}

const LEGEND = [
  ["public", "public: past Access"],
  ["open", "open: past the login"],
  ["login", "by login"],
  ["token", "by token"],
  ["refused", "no"],
  ["nowhere", "not there"],
  ["depends", "depends"],
]
  .map(([kind, text]) => `<span class="o ${kind}">${text}</span>`)
  .join(" ");

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

function head({ subjects }: Column): string {
  const labels = subjects.map(({ label }) => label);
  const [first = ""] = labels;
  const more = labels.length > 1 ? ` <i>and ${labels.length - 1} more</i>` : "";
  const breakable = escape(first).replace(/[@.]/g, "$&<wbr>");
  return `<th scope="col" data-who="${escape(labels.join("\n").toLowerCase())}" title="${escape(labels.join("\n"))}"><span>${breakable}${more}</span></th>`;
}

function line(place: Place, columns: readonly Column[]): string {
  const name = nameOf(place);
  const path = place.path === "/" ? "" : place.path;
  const cells = columns.map(({ cells }) => {
    const cell = cells.get(place);
    return cell ? box(cell) : "<td></td>";
  });
  return `<tr data-host="${escape(name.toLowerCase())}"><th scope="row"><b>${escape(place.host)}</b>${path ? ` <code>${escape(path)}</code>` : ""}</th>${cells.join("")}</tr>`;
}

function box({ after, before, turn }: Cell): string {
  // Most of a large matrix is this, and needs no words.
  if (turn === "same" && !reaches(after) && after.outcome !== "depends")
    return `<td class="same off">${WORDS[after.outcome]}</td>`;
  const why =
    after.reason === before.reason
      ? after.reason
      : `before: ${before.reason}\nafter: ${after.reason}`;
  const way =
    turn === "same"
      ? pill(after.outcome)
      : `<span class="was">${pill(before.outcome)}</span><span class="arrow" aria-label="becomes">→</span>${pill(after.outcome)}`;
  const label = TURNS[turn] ? `<span class="turn">${TURNS[turn]}</span>` : "";
  const exposed = turn !== "same" && after.outcome === "public";
  return `<td class="${turn}${exposed ? " exposed" : ""}" title="${escape(why)}">${way}${label}</td>`;
}

function pill(outcome: Cell["after"]["outcome"]): string {
  return `<span class="o ${outcome}">${WORDS[outcome].toLowerCase()}</span>`;
}

function hash(text: string): string {
  return `sha256-${createHash("sha256").update(text).digest("base64")}`;
}

function escape(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}
