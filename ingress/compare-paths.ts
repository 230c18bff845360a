import { automatonOf, isOpaque, type Automaton } from "../languages/automaton";
import { ORDINARY_PATHS, pathInBoth, pathOnlyIn } from "../languages/classes";
import { compilePath } from "./match";
import { samplePaths } from "./samples";

/**
 * Whether every path of one pattern is one of another, exactly, but for paths
 * with control characters: `^/.*$` is meant as every path. Undefined where that
 * can't be told, as with huge repetitions.
 */
export function isEveryPathOf(
  narrow: string,
  wide: string,
): boolean | undefined {
  return remembered(within, narrow, wide, () => {
    const [pattern, other] = [tryCompile(wide), tryCompile(narrow)];
    // cloudflared refuses a document with an invalid path, so it takes nothing.
    if (pattern === undefined || other === undefined) return false;
    // Most are told apart by a sample, without an automaton.
    if (
      samplePaths(narrow).some(
        (path) => !/\p{Cc}/u.test(path) && !pattern.test(path),
      )
    )
      return false;
    return decided([narrow, wide], (one, all) => {
      const only = pathOnlyIn(one, [all], ORDINARY_PATHS);
      return only === undefined ? undefined : only === null;
    });
  });
}

/** Whether some path is one of both patterns. Undefined where that can't be told. */
export function shareAPath(a: string, b: string): boolean | undefined {
  return remembered(shared, a, b, () => {
    const [one, other] = [tryCompile(a), tryCompile(b)];
    if (one === undefined || other === undefined) return undefined;
    if (samplePaths(a).some((path) => other.test(path))) return true;
    if (samplePaths(b).some((path) => one.test(path))) return true;
    return decided([a, b], (one, other) => {
      const both = pathInBoth(one, other);
      return both === undefined ? undefined : both !== null;
    });
  });
}

type Answers = Map<string, boolean | undefined>;
const within: Answers = new Map();
const shared: Answers = new Map();

function remembered(
  answers: Answers,
  a: string,
  b: string,
  find: () => boolean | undefined,
): boolean | undefined {
  const key = JSON.stringify([a, b]);
  if (!answers.has(key)) answers.set(key, find());
  return answers.get(key);
}

function decided(
  [a, b]: readonly [string, string],
  decide: (a: Automaton, b: Automaton) => boolean | undefined,
): boolean | undefined {
  const [one, other] = [automatonOf(a), automatonOf(b)];
  return isOpaque(one) || isOpaque(other) ? undefined : decide(one, other);
}

function tryCompile(path: string): ReturnType<typeof compilePath> | undefined {
  try {
    return compilePath(path);
  } catch {
    return undefined;
  }
}
