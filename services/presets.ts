import { aiDock } from "./ai-dock";
import { codeServer } from "./code-server";
import { comfyui } from "./comfyui";
import { forgejo } from "./forgejo";
import { grafana } from "./grafana";
import { homeAssistant } from "./home-assistant";
import { immich } from "./immich";
import { jellyfin } from "./jellyfin";
import { n8n } from "./n8n";
import { nextcloud } from "./nextcloud";
import { openWebui } from "./open-webui";
import type { Service } from "./service";
import { vaultwarden } from "./vaultwarden";

/** A service that is known by name, and its paths for callers without a login. */
export interface Preset {
  /** What is known of it. */
  readonly service: Service;
  /**
   * What a rehearsal opens (`npm start -- --origin`).
   *
   * @default - none
   */
  readonly openPaths?: readonly string[];
}

/** Every service of the catalogue, by the name of its file. */
export const PRESETS: Readonly<Record<string, Preset>> = {
  comfyui: { service: comfyui },
  "ai-dock": { service: aiDock },
  "code-server": { service: codeServer },
  forgejo: { service: forgejo },
  grafana: { service: grafana },
  "home-assistant": { service: homeAssistant },
  immich: { service: immich },
  jellyfin: { service: jellyfin },
  n8n: { service: n8n, openPaths: n8n.webhooks },
  nextcloud: { service: nextcloud },
  "open-webui": { service: openWebui },
  vaultwarden: { service: vaultwarden },
};
