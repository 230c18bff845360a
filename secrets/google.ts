import { UsageError } from "../settings";
import type { StackService, StackToken } from "./stack-tokens";

/** Where the stack itself has put a token, by the names of its halves. */
export interface HeldByGoogle {
  readonly description: string;
  /** The version of a secret that holds a value: `projects/…/versions/1`. */
  readonly versions: Readonly<Record<string, string>>;
  /** The command that shows a value to whoever may see it. */
  readonly show: (name: string) => string;
}

/**
 * Finds a token in Google Secret Manager. Nothing is to be written: the stack
 * does that itself, whenever a deploy changes the token.
 *
 * @param names what the halves are stored under
 * @throws UsageError where the stack keeps the token nowhere, with what to change
 */
export function heldByGoogle(
  service: Pick<StackService, "name">,
  { held, name }: StackToken,
  [clientId = "", clientSecret = ""]: readonly string[],
): HeldByGoogle {
  if (held === undefined)
    throw new UsageError(`Service ${service.name}`, [
      `its stack keeps the token ${name} not in Google: set ACCESS_GOOGLE_PROJECT, or in main.ts its tokenStore: { googleProject: "…" }, then deploy (npm run deploy -- ${service.name})`,
    ]);
  const [, project = ""] = held.clientSecret.split("/");
  return {
    description: `Google Secret Manager, project ${project}`,
    versions: {
      [clientId]: held.clientId,
      [clientSecret]: held.clientSecret,
    },
    show: (secret) =>
      `gcloud secrets versions access latest --secret=${secret} --project=${project}`,
  };
}
