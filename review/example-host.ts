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
 * @param onDoubt called where more may be covered than was looked at; the name
 * is then one of several kinds
 */
export function exampleOf(
  host: string,
  wildcards: Iterable<string>,
  taken: ReadonlySet<string>,
  onDoubt: () => void,
): string | undefined {
  if (!host.includes("*")) return host;
  const others = [...wildcards].map((other) => avoid(host, other));
  const avoided = others.flatMap(([one]) => one ?? []);
  const found = find(host, avoided, taken, onDoubt);
  if (found !== undefined) return host.replaceAll("*", found);
  // Of several labels the first alone was tried to tell them apart.
  if (others.every(({ length }) => length < 2)) return undefined;
  onDoubt();
  return host.replaceAll("*", BASES[0]!);
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
  return found;
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
  avoided: readonly Avoided[],
  taken: ReadonlySet<string>,
  onDoubt: () => void,
): string | undefined {
  const isApart = (text: string) =>
    !avoided.some(
      ({ end, start }) => text.startsWith(start) && text.endsWith(end),
    );
  const isOwn = (text: string) => !taken.has(text) && isApart(text);
  for (const base of BASES)
    for (let at = 1; at <= MOST_NUMBERED; at++) {
      const text = at === 1 ? base : `${base}-${at}`;
      if (isOwn(text)) return text;
    }
  const ends = [...apart(avoided.map(({ end }) => reversed(end)))].map((end) =>
    reversed(end),
  );
  let tried = 0;
  for (const start of apart(avoided.map((one) => one.start)))
    for (const end of ends) {
      if (++tried > MOST_TRIED) {
        onDoubt();
        return BASES[0];
      }
      if (!isApart(`${start}q${end}`)) continue;
      // What is between them tells nothing apart: one of so many is free.
      for (let at = 0; at <= taken.size; at++)
        if (!taken.has(`${start}q${at}${end}`)) return `${start}q${at}${end}`;
    }
  // `a*` covers `a`, too.
  const isPart = host.split(".").every((label) => label !== "*");
  return isPart && isApart("") ? "" : undefined;
}

/** Beginnings, of which every one tells for each word whether a text begins with it. */
function* apart(words: readonly string[], start = ""): Generator<string> {
  const longer = words.filter(
    (word) => word.length > start.length && word.startsWith(start),
  );
  if (longer.length === 0) yield start;
  else for (const letter of LETTERS) yield* apart(longer, start + letter);
}
