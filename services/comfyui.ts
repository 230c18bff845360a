import type { Service } from "./service";

/**
 * ComfyUI. It has no login of its own. For AI-Dock's image take `aiDock`.
 *
 * Where it was started with `--enable-cors-header`, it refuses nothing:
 * `{ ...comfyui, refusesCrossSite: false }`.
 *
 * Tried with ComfyUI 0.19 and older: what answers a plain GET, its guard against
 * other sites, 413 above `--max-upload-size`.
 *
 * @see https://docs.comfy.org/development/comfyui-server/comms_routes
 */
export const comfyui: Service = {
  name: "ComfyUI",
  pageText: "ComfyUI",
  apiPath: "/system_stats",
  webSocketPath: "/ws",
  containerUrl: "http://comfyui:8188",
  localUrl: "http://localhost:8188",
  // Since 0.19.
  refusesCrossSite: true,
  comparesOrigin: "on loopback",
  limits: {
    largeBodies:
      "large videos and images hit it, ComfyUI's own limit (--max-upload-size) is 100 MB as well: copy them into its input folder, or upload them on its own host",
    lateAnswers:
      "its API is not affected: POST /prompt answers at once, and the result is at /history/<prompt_id> or told by the WebSocket",
  },
};
