import { aiDock } from "./ai-dock";
import { comfyui } from "./comfyui";
import { n8n } from "./n8n";
import { openWebui } from "./open-webui";
import type { Service } from "./service";

/** A service that is known by name, and its paths for callers without a login. */
export interface Preset {
  readonly service: Service;
  readonly openPaths?: readonly string[];
}

export const PRESETS: Readonly<Record<string, Preset>> = {
  comfyui: { service: comfyui },
  "ai-dock": { service: aiDock },
  n8n: { service: n8n, openPaths: n8n.webhooks },
  "open-webui": { service: openWebui },
};
