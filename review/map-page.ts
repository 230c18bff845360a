import { createHash } from "node:crypto";
import { join, markup, verbatim, type Markup } from "../base/markup";
import { countsOf, type AccountMap, type MapPlace } from "./map";
import { STYLE } from "./page-style";
import { WORDS } from "./rows";

/** One page that needs nothing else, no script either: it is for reading and for searching in. */
export function mapPage(map: AccountMap, account: string, now: Date): string {
  const hasOpen = map.places.some((place) => place.open);
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src '${hash(CSS)}'; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>Who can reach what</title>
<style>${verbatim(CSS)}</style>
</head>
<body>
<header class="top">
<h1${hasOpen && markup` class="error"`}>Who can reach what</h1>
<p>Account ${account}, ${now.toISOString().slice(0, 16).replace("T", " ")} UTC: ${countsOf(map)}.</p>
</header>
<main>
${endings(map)}
${map.places.length === 0 ? markup`<p>The account leads no host to a service.</p>` : hostsOf(map)}
</main>
</body>
</html>
`.toString();
}

function endings({ endings }: AccountMap): Markup | undefined {
  if (endings.length === 0) return undefined;
  const items = endings.map(
    ({ at, isOver, name }) =>
      markup`<li class="${isOver ? "error" : "warning"}"><span class="mark">${isOver ? "over" : "soon"}</span> <b>${name}</b> <span>${isOver ? "ended" : "ends"} ${at.slice(0, 10)}</span></li>
`,
  );
  return markup`<section aria-labelledby="ends"><h2 id="ends">What ends soon</h2>
<ul class="findings">
${items}</ul></section>`;
}

function hostsOf({ notOfCode = [], places }: AccountMap): Markup {
  const byHost = new Map<string, MapPlace[]>();
  for (const place of places)
    byHost.set(place.host, [...(byHost.get(place.host) ?? []), place]);
  const strange = new Set(notOfCode);
  return markup`<section aria-labelledby="hosts"><h2 id="hosts">Hosts</h2>
${[...byHost].map(([host, own]) => hostOf(host, own, strange.has(host)))}</section>`;
}

function hostOf(
  host: string,
  places: readonly MapPlace[],
  isStrange: boolean,
): Markup {
  return markup`<article class="host${places.some(({ open }) => open) ? " isopen" : ""}">
<h3>${breakable(host)}${isStrange && markup` <span class="o nowhere">not of main.ts</span>`}</h3>
<dl>
${places.map(placeOf)}</dl>
</article>
`;
}

function placeOf(place: MapPlace): Markup {
  const { application, by, path, reached, server, why } = place;
  const ways = reached.map(
    ({ outcome, who }) =>
      markup`<li><span class="o ${outcome}">${WORDS[outcome].toLowerCase()}</span> ${join(
        who.map((one) => markup`<span class="who">${breakable(one)}</span>`),
        ", ",
      )}</li>
`,
  );
  const led = by
    ? markup`${by.service}${by.tunnel && markup` by the tunnel ${by.tunnel}`}`
    : server
      ? markup`${server} by its DNS record, past every tunnel`
      : markup`to no service`;
  return markup`<dt><code>${path === "/" ? "every path" : path}</code></dt>
<dd><ul>${ways.length > 0 ? ways : markup`<li><span class="o refused">nobody</span> ${why}</li>`}</ul>
<p class="by">${led}${application && markup`, covered by ${application}`}</p></dd>
`;
}

/** So that a long name breaks on a narrow screen. */
function breakable(text: string): Markup {
  return join(
    text.split(/(?<=[@.])/).map((part) => markup`${part}`),
    "<wbr>",
  );
}

function hash(text: string): string {
  return `sha256-${createHash("sha256").update(text).digest("base64")}`;
}

const CSS = `${STYLE}
.host { border: 1px solid var(--line); border-radius: 6px; padding: 8px 14px; margin: 0 0 12px; max-width: 110ch; break-inside: avoid; }
.host.isopen { border-left: 4px solid var(--red); }
.host h3 { font-size: 16px; margin: 2px 0 6px; overflow-wrap: anywhere; }
.host dl { display: grid; grid-template-columns: minmax(9ch, 24ch) 1fr; gap: 6px 16px; margin: 0; }
.host dt, .host dd { margin: 0; min-width: 0; overflow-wrap: anywhere; }
.host ul { list-style: none; margin: 0; padding: 0; }
.host li { margin-bottom: 2px; }
.host .by { color: var(--soft); font-size: 13px; margin: 0; }
@media (max-width: 700px) { .host dl { grid-template-columns: 1fr; gap: 2px; } .host dd { margin-bottom: 8px; } }
`;
