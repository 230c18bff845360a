import type { Finding, Look } from "./finding";

/**
 * Patterns that can't be compared with the others of their host. They may match
 * any path, so what a rule with one leads to may be open where nobody looked.
 */
export const undecided: Look = ({ change, matrix }) => {
  const standing = new Set(
    change.before.tunnels.flatMap(({ rules }) =>
      rules.map((rule) => JSON.stringify(rule)),
    ),
  );
  const isNew = (pattern: string) =>
    change.after.tunnels.some(({ rules }) =>
      rules.some(
        (rule) => rule.path === pattern && !standing.has(JSON.stringify(rule)),
      ),
    );
  const moves = matrix.cells.some(({ turn }) => turn !== "same");
  return matrix.undecided.flatMap(({ host, pattern, why }): Finding[] =>
    moves || isNew(pattern)
      ? [
          {
            id: "path-undecided",
            severity: "error",
            subject: host,
            text: `which paths ${pattern} matches can't be decided: ${why}`,
            remedy: "write the path with fewer repetitions",
          },
        ]
      : [],
  );
};
