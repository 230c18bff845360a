/** How things stand with one thing that a deploy needs. */
export type Status = "ok" | "warning" | "problem" | "not checked";

/** What is always true of a check's subject. */
export interface Subject {
  /** Stable name, for reports and scripts. */
  readonly id: string;
  /** Why it matters to a deploy. */
  readonly why: string;
  /** Where it is changed: a page of a console, or of an installation guide. */
  readonly page: string;
}

/** What a check saw, with its own subject where that is not the check's. */
export interface Seen extends Partial<Subject> {
  readonly status: Status;
  /** The host or permission it is about, where a check looks at several. */
  readonly about?: string;
  readonly what: string;
  /** What to do. Always given with a warning and a problem. */
  readonly todo?: string;
}

/** One subject, and how to find out how it stands. */
export interface DoctorCheck<Context> extends Subject {
  /** @throws NotKnown where it can't be found out */
  run(context: Context): Promise<Seen | readonly Seen[]>;
}

/** What a check saw, and of what. */
export type DoctorFinding = Seen & Subject;

export function toFinding(
  { id, page, why }: Subject,
  seen: Seen,
): DoctorFinding {
  return { id, ...seen, why: seen.why ?? why, page: seen.page ?? page };
}

export const ok = (what: string, about?: string): Seen => ({
  status: "ok",
  what,
  about,
});

export const warning = (what: string, todo: string, about?: string): Seen => ({
  status: "warning",
  what,
  todo,
  about,
});

export const problem = (what: string, todo: string, about?: string): Seen => ({
  status: "problem",
  what,
  todo,
  about,
});

export const notChecked = (what: string, about?: string): Seen => ({
  status: "not checked",
  what,
  about,
});
