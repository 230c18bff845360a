const UNITS: Readonly<Record<string, number>> = {
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/** Milliseconds of a duration such as `90m`, `24h` or `7d`; undefined if it is none. */
export function milliseconds(duration: string): number | undefined {
  const [, amount, unit = ""] = /^(\d+)([mhd])$/.exec(duration) ?? [];
  const factor = UNITS[unit];
  return amount && factor ? Number(amount) * factor : undefined;
}
