/**
 * Three-valued logic. Ordered so that "and" is the smaller and "or" the larger
 * of two values.
 */
export const NO = 0;
export const UNKNOWN = 1;
export const YES = 2;

export type Truth = typeof NO | typeof UNKNOWN | typeof YES;

export function not(truth: Truth): Truth {
  if (truth === UNKNOWN) return UNKNOWN;
  return truth === YES ? NO : YES;
}

export function truth(value: boolean): Truth {
  return value ? YES : NO;
}
