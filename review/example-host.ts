/** Texts tried first, so that examples look alike. */
const BASES = ["any-other-host", "some-other-name", "zq7-k", "9-y"];
/** So many are tried of each kind. */
const MOST_NUMBERED = 100;
/** Past so many beginnings with endings none is looked for. */
const MOST_TRIED = 50_000;
const LETTERS = [..."abcdefghijklmnopqrstuvwxyz0123456789"];

/**
 * A name that a host's wildcards stand for, and that no other wildcard covers
 * but those that cover all of them. Undefined where others cover each.
 *
 * @param taken every label of a name that is known
 */
export function exampleOf(
  host: string,
  wildcards: Iterable<string>,
  taken: ReadonlySet<string>,
): string | undefined {
  if (!host.includes("*")) return host;
  const others = [...wildcards].flatMap((other) => avoid(host, other));
  const isOwn = (text: string) =>
    !taken.has(text) &&
    !others.some(
      ({ end, start }) => text.startsWith(start) && text.endsWith(end),
    );
  const text = find(host, others, isOwn);
  return text === undefined ? undefined : host.replaceAll("*", text);
}

/** What a text in the place of a wildcard must not both begin and end with. */
interface Avoided {
  readonly start: string;
  readonly end: string;
}

/** None where the other covers all of a host's names, or none. */
function avoid(host: string, other: string): Avoided[] {
  const [own, theirs] = [host.split("."), other.split(".")];
  if (own.length !== theirs.length) return [];
  const found: Avoided[] = [];
  for (const [at, label] of own.entries()) {
    const their = theirs[at]!;
    const [start = "", end = ""] = label.split("*");
    const [theirStart = "", theirEnd = ""] = their.split("*");
    if (!their.includes("*")) {
      if (their !== label) return [];
      continue;
    }
    if (!label.includes("*")) {
      if (!covers(theirStart, theirEnd, label)) return [];
      continue;
    }
    const more = {
      start: rest(theirStart, start),
      end: reversed(rest(reversed(theirEnd), reversed(end))),
    };
    if (more.start === undefined || more.end === undefined) return [];
    if (more.start !== "" || more.end !== "")
      found.push({ start: more.start, end: more.end });
  }
  return found.slice(0, 1);
}

function covers(start: string, end: string, label: string): boolean {
  return (
    label.length >= start.length + end.length &&
    label.startsWith(start) &&
    label.endsWith(end)
  );
}

/** What the longer of two beginnings has beyond the other; undefined where they differ before. */
function rest(longer: string, shorter: string): string | undefined {
  if (longer.startsWith(shorter)) return longer.slice(shorter.length);
  return shorter.startsWith(longer) ? "" : undefined;
}

function reversed(text: string): string;
function reversed(text: string | undefined): string | undefined;
function reversed(text: string | undefined): string | undefined {
  return text === undefined ? undefined : [...text].reverse().join("");
}

function find(
  host: string,
  others: readonly Avoided[],
  isOwn: (text: string) => boolean,
): string | undefined {
  for (const base of BASES)
    for (let at = 1; at <= MOST_NUMBERED; at++) {
      const text = at === 1 ? base : `${base}-${at}`;
      if (isOwn(text)) return text;
    }
  const ends = [...apart(others.map(({ end }) => reversed(end)))].map((end) =>
    reversed(end),
  );
  let tried = 0;
  for (const start of apart(others.map((one) => one.start)))
    for (const end of ends)
      for (const middle of ["q", "q7", "q7k"]) {
        const text = `${start}${middle}${end}`;
        if (isOwn(text)) return text;
        if (++tried > MOST_TRIED) return undefined;
      }
  // `a*` covers `a`, too.
  return /[^*.]\*|\*[^*.]/.test(host) && isOwn("") ? "" : undefined;
}

/** Beginnings, of which every one tells for each word whether a text begins with it. */
function* apart(words: readonly string[], start = ""): Generator<string> {
  const longer = words.filter(
    (word) => word.length > start.length && word.startsWith(start),
  );
  if (longer.length === 0) yield start;
  else for (const letter of LETTERS) yield* apart(longer, start + letter);
}
