import { printable } from "../base/printable";

/** What our provider warns of that no plan of ours says: how its summary goes. */
const TOLD = [
  /^The rule of \S+ was changed by someone else; /,
  /^Cloudflare did not keep /,
  /^Somebody has changed the application .* since the last deploy: .*; this deploy undoes that/,
  /^The application .* gets back all but what somebody has deleted since: /,
  /^Someone else changed the tunnel's configuration at the same time, /,
  /^The tunnel's configuration changed after our write /,
  /^A write of the tunnel's configuration that got no answer in time /,
  /^The rule of \S+ is already gone; /,
  /^The rule of \S+ is gone: someone else removed it; /,
  /^The destroy restores .* where the stack's rule stands: /,
  /^The tunnel of \S+ is gone or configured on its host; /,
  /^Somebody has changed where \S+ leads since a deploy, /,
  /^The destroy drops what somebody has set on the DNS record of /,
  /^The existing rule already requires this application's JWT; /,
];

/**
 * Finds in what Terraform prints the warnings that whoever runs a command has to
 * see, each once.
 *
 * @param tell told the summary of each
 */
export function toldWarnings(
  tell: (summary: string) => void,
): (line: string) => void {
  const told = new Set<string>();
  let parts: string[] | undefined;
  return (line) => {
    const text = line.replace(/^[╷│╵]\s?/, "").trim();
    const [, start] = /^Warning: (.+)$/.exec(text) ?? [];
    if (start !== undefined) parts = [start];
    else if (text !== "") parts?.push(text);
    else if (parts) {
      const summary = printable(parts.join(" "));
      parts = undefined;
      if (told.has(summary) || !TOLD.some((one) => one.test(summary))) return;
      told.add(summary);
      tell(summary);
    }
  };
}
