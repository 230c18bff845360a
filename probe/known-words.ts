import { z } from "zod/mini";
import type { Explanation } from "./who-answered";

/** n8n's answer to a webhook that it does not have. */
const UNREGISTERED = z.object({ code: z.literal(404), message: z.string() });

const ACTIVATE =
  'activate (publish) the workflow in n8n, and compare the path with the Production URL of its trigger node; a test URL (/webhook-test) answers one call, after "Execute workflow"';

const OF_HOST =
  /\b(invalid|disallowed|unknown|untrusted|forbidden|wrong|bad|blocked) (http[ _]?)?(host|domain)\b|\bDisallowedHost\b|\bhost\b.{0,80}\bnot (allowed|permitted|trusted|recognized)\b/i;

/**
 * What services are known to say of themselves, with what to do about it.
 *
 * Compared with n8n 2.40.7, as it runs, and with the words of Vite ("This host
 * … is not allowed"), webpack-dev-server ("Invalid Host header"), Django
 * ("DisallowedHost") and Nextcloud ("untrusted domain") in their sources.
 */
export function knownWords(
  text: string,
): Pick<Explanation, "cause" | "remedy"> | undefined {
  if (OF_HOST.test(text))
    return {
      cause: "the service refuses the Host that it sees",
      remedy:
        "add the public host to those that the service allows (its own settings), or set httpHostHeader in main.ts to one that it allows and deploy",
    };
  const { data } = UNREGISTERED.safeParse(json(text));
  if (text.includes("<title>Problem loading form</title>"))
    return {
      cause: "n8n has no active form there",
      remedy: ACTIVATE,
    };
  const message = data?.message;
  if (message === undefined || !/is not registered/.test(message))
    return undefined;
  const cause = `the service says: ${message}`;
  return /for \w+ requests/.test(message)
    ? {
        cause,
        remedy:
          "call it with the method that it names, or change the method in the Webhook node",
      }
    : { cause, remedy: ACTIVATE };
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
