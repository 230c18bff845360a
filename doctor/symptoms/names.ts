/** What `--symptom` takes, in the order of its help. */
export const SYMPTOM_NAMES = [
  "denied",
  "403",
  "login-redirect",
  "local-scripts",
  "404",
  "413",
  "524",
  "redirects",
  "blank-page",
  "session-ended",
  "1033",
  "502",
  "530",
] as const;

export type SymptomName = (typeof SYMPTOM_NAMES)[number];
