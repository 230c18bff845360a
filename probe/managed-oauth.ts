import type { Answer, World } from "./world";

/**
 * Whether Access asks for a token of OAuth in place of a login: what it answers
 * to programs where an application has managed OAuth.
 *
 * @see https://datatracker.ietf.org/doc/html/rfc9728
 */
export function wantsOAuth({ headers, status }: Answer): boolean {
  return (
    status === 401 &&
    /resource_metadata=/i.test(headers.get("www-authenticate") ?? "")
  );
}

/** Asks for a page as a browser does when somebody types its address. */
export function askAsBrowser(
  world: Pick<World, "ask">,
  url: string,
): Promise<Answer> {
  return world.ask(url, {
    headers: {
      accept: "text/html,application/xhtml+xml,*/*;q=0.8",
      "sec-fetch-mode": "navigate",
      "sec-fetch-dest": "document",
      "user-agent": "Mozilla/5.0",
    },
  });
}
