/**
 * What is known of services, by name.
 *
 * @packageDocumentation
 */
export { aiDock } from "./ai-dock";
export { caddyfile } from "./caddyfile";
export type { CaddySite } from "./caddyfile";
export { codeServer } from "./code-server";
export { comfyui } from "./comfyui";
export { forgejo } from "./forgejo";
export type { ForgejoPaths } from "./forgejo";
export { grafana } from "./grafana";
export type { GrafanaPaths } from "./grafana";
export { homeAssistant } from "./home-assistant";
export type { HomeAssistantPaths } from "./home-assistant";
export { immich } from "./immich";
export { jellyfin } from "./jellyfin";
export { n8n } from "./n8n";
export type { N8nPaths } from "./n8n";
export { nextcloud } from "./nextcloud";
export type { NextcloudPaths } from "./nextcloud";
export { openWebui } from "./open-webui";
export { PRESETS } from "./presets";
export type { Preset } from "./presets";
export type { Service } from "./service";
export { vaultwarden } from "./vaultwarden";
export type { VaultwardenPaths } from "./vaultwarden";
