import { cast, serviceHost } from "./cast";
import type { Stage } from "./stage";

/** How to take part in a rehearsal that was kept running. */
export interface Invitation {
  readonly url: string;
  /** For Chromium: where hosts are found, and which certificates to trust. */
  readonly browserFlags: readonly string[];
  readonly people: { readonly allowed: string; readonly other: string };
  /** File to read into another shell: `. FILE`. */
  readonly environment: string;
}

export function invitation({ cloudflare, workspace }: Stage): Invitation {
  const { allowed, other } = cast(cloudflare.account);
  return {
    url: `https://${serviceHost(cloudflare.account)}`,
    browserFlags: cloudflare.chromiumFlags(),
    people: { allowed: allowed.email, other: other.email },
    environment: workspace.envFile,
  };
}

/** The same for people. */
export function invitationText(invitation: Invitation): string {
  const { browserFlags, environment, people, url } = invitation;
  const flags = browserFlags.map((flag) => `"${flag}"`).join(" ");
  return `
Open ${url} in a browser started so:
  chromium ${flags} --user-data-dir="$(mktemp -d)"
Log in as ${people.allowed} (gets in) or ${people.other} (does not).

Take part from another shell, in this folder; close it when this ends:
  . ${environment}
  npx cdktf diff comfyui
  npx cdktf deploy identity comfyui
  npx cdktf destroy comfyui

Ctrl-C ends it.`;
}
