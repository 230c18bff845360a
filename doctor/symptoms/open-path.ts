import { refusedSpelling, takesSpelling } from "../../ingress/refused-spelling";
import { type DoctorCheck, ok, problem, type Seen } from "../check";
import type { SymptomContext } from "./context";

/** Whether the path in question is one that takes callers without login or token. */
export function isOpen({ path, service }: SymptomContext): boolean {
  return (
    path !== undefined &&
    service.openPaths.some((one) => takesSpelling(one, path))
  );
}

/** A check that has nothing to say of an open path, as nobody is asked for a token there. */
export function unlessOpen(
  check: DoctorCheck<SymptomContext>,
): DoctorCheck<SymptomContext> {
  return {
    ...check,
    run: async (context) => (isOpen(context) ? [] : check.run(context)),
  };
}

/** Says of a spelling that an open path, or the path of a token, does not let in what does. */
export const openPathTakesIt: DoctorCheck<SymptomContext> = {
  id: "open-path",
  why: "Below such a path only spellings are let in that no service can read as another path. Any other is answered with 403 whoever asks, or with 400 where its percent-encoding is broken. Other capitals make another path, which asks for a login.",
  page: "docs/open-paths.md",
  async run(context) {
    const { path, service } = context;
    if (path === undefined) return [];
    const { applications, hostname, openPaths } = service;
    const about = `https://${hostname}${path}`;
    if (isOpen(context))
      return ok(
        "an open path lets it through: neither login nor token is asked for",
        about,
      );
    const limited = applications
      .filter(({ domain }) => domain.startsWith(`${hostname}/`))
      .map(({ domain }) => domain.slice(hostname.length));
    for (const one of new Set([...openPaths, ...limited])) {
      if (takesSpelling(one, path)) return [];
      const kind = openPaths.includes(one) ? "open path" : "path of a token";
      const found = refused(kind, one, path, about);
      if (found) return found;
    }
    return [];
  },
};

function refused(
  kind: string,
  one: string,
  path: string,
  about: string,
): Seen | undefined {
  const found = refusedSpelling(one, path);
  return (
    found &&
    problem(
      `the ${kind} ${one} does not let this spelling through: it has ${found.faults.join(", and ")}`,
      `Write it as ${found.instead}, or in another way that docs/open-paths.md lets in, at the caller and in the service; what else has to be told goes behind a "?".`,
      about,
    )
  );
}
