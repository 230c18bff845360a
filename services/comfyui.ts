import type { Service } from "./service";

/** ComfyUI of the AI-Dock image. It has no login of its own. */
export const comfyui: Service = {
  name: "ComfyUI",
  pageText: "ComfyUI",
  apiPath: "/ai-dock/api/queue-info",
  webSocketPath: "/ws",
  containerUrl: "http://comfyui:8188",
  localUrl: "http://localhost:8188",
};
