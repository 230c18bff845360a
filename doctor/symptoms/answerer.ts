import type { Answerer } from "../../probe/who-answered";
import { problem, type Seen, type Subject } from "../check";
import { PAGES } from "../pages";
import type { Answered } from "./as-machine";

/** Why each answers at all, and where that is changed. */
const PLACES: Readonly<
  Record<Answerer, { readonly why: string; readonly page: string }>
> = {
  Access: {
    why: "Access answers whom it does not know, before the service sees the request.",
    page: PAGES.applications,
  },
  "Cloudflare's edge": {
    why: "Cloudflare's edge answers itself where the zone or the tunnel stops a request.",
    page: PAGES.statusCodes,
  },
  "the connector": {
    why: "cloudflared answers itself where no rule fits, a token is refused, or the service is not reached.",
    page: PAGES.tunnels,
  },
  Caddy: {
    why: "Caddy answers itself where its Caddyfile has no site for the host, or the service is not reached.",
    page: "docs/services.md, With Caddy, or straight",
  },
  "the service": {
    why: "Access, tunnel and token let the request through: the answer is the service's own.",
    page: "the service's own log and settings",
  },
};

/** What is behind an answer, with why and where to change it by who gave it. */
export async function problemBy(
  answer: Answered,
  seen = `answered ${answer.status}`,
): Promise<Seen> {
  const { by, cause, remedy } = await answer.told();
  return {
    ...problem(`${seen}: ${cause}`, `${remedy}.`, answer.url),
    ...placeOf(by),
  };
}

/** Where what one of them answers is changed. */
export function placeOf(by: readonly Answerer[]): Omit<Subject, "id"> {
  const places = [...new Set(by)].map((one) => PLACES[one]);
  return {
    // It was one of them.
    why: places.map(({ why }) => why).join(" Or "),
    page: places.map(({ page }) => page).join("; "),
  };
}
