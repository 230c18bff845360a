import { cast } from "./cast";
import type { Stage } from "./stage";

/** How to take part in a rehearsal that was kept running. */
export interface Invitation {
  readonly url: string;
  /** For Chromium: where hosts are found, and which certificates to trust. */
  readonly browserFlags: readonly string[];
  readonly people: { readonly allowed: string; readonly other: string };
  /** Stacks that are deployed, in this order; the service's is the last. */
  readonly stacks: readonly string[];
  /** File to read into another shell: `. FILE`. */
  readonly environment: string;
}

export function invitation({
  cloudflare,
  services,
  workspace,
}: Stage): Invitation {
  const { allowed, other } = cast(cloudflare.account);
  const [service] = services;
  return {
    url: `https://${service.hostname}`,
    browserFlags: cloudflare.chromiumFlags(),
    people: { allowed: allowed.email, other: other.email },
    stacks: service.stacks,
    environment: workspace.envFile,
  };
}

/** The same for people. */
export function invitationText(invitation: Invitation): string {
  const { browserFlags, environment, people, stacks, url } = invitation;
  const flags = browserFlags.map((flag) => `"${flag}"`).join(" ");
  return `
Open ${url} in a browser started so:
  chromium ${flags} --user-data-dir="$(mktemp -d)"
Log in as ${people.allowed} (gets in) or ${people.other} (does not).

Take part from another shell, in this folder; close it when this ends:
  . ${environment}
  npx cdktf diff ${stacks.at(-1)}
  npx cdktf deploy ${stacks.join(" ")}
  npx cdktf destroy ${stacks.at(-1)}

Ctrl-C ends it.`;
}
