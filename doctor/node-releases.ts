/** A release line of Node.js. */
export interface NodeRelease {
  readonly major: number;
  /** The first minor version of it that works here. */
  readonly firstMinor: number;
  /** The day on which its last fixes came or will come. */
  readonly end: string;
}

/**
 * The release lines that work here, oldest first: `engines` in package.json
 * names the same.
 *
 * @see https://github.com/nodejs/Release
 */
export const NODE_RELEASES: readonly NodeRelease[] = [
  { major: 20, firstMinor: 19, end: "2026-04-30" },
  { major: 22, firstMinor: 13, end: "2027-04-30" },
  { major: 24, firstMinor: 0, end: "2028-04-30" },
  { major: 25, firstMinor: 0, end: "2026-06-01" },
  { major: 26, firstMinor: 0, end: "2029-04-30" },
];

/** The majors that still get fixes, newest last. */
export function maintained(now: Date): number[] {
  return NODE_RELEASES.filter(({ end }) => !isOver(end, now)).map(
    ({ major }) => major,
  );
}

export function isOver(end: string, now: Date): boolean {
  return now.toISOString().slice(0, 10) > end;
}

/** The oldest that works, then the newest of each line with long support. */
export const TRIED_RELEASES: readonly string[] = NODE_RELEASES.filter(
  ({ major }) => major % 2 === 0,
).map(({ firstMinor, major }, index) =>
  index === 0 ? `${major}.${firstMinor}` : String(major),
);
