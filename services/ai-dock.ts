import { comfyui } from "./comfyui";
import type { Service } from "./service";

/**
 * ComfyUI in AI-Dock's image, which has a login of its own: without its cookie
 * every path leads to `http://localhost:1111/login`, where no visitor of a
 * public host gets anywhere. Start the container with two variables, both:
 *
 * - `WEB_ENABLE_AUTH=false`: Access asks for the login instead;
 * - `CF_QUICK_TUNNELS=false`: else the image publishes the same pages on
 *   `trycloudflare.com`, now without any login.
 *
 * The image's ports (8188, 1111, 8888, 8384) are then open to whoever reaches
 * the host: publish them on 127.0.0.1 only, or not at all.
 *
 * Its own API is below `/ai-dock/api`. The preset asks ComfyUI's, because
 * `/ai-dock/api/queue-info` is 500 in the images of 2024.
 *
 * Seen in ai-dock/base-image and ai-dock/comfyui-api-wrapper of 2026-05; tried
 * with an image of 2024-11.
 *
 * @see https://github.com/ai-dock/comfyui
 */
export const aiDock: Service = {
  ...comfyui,
  name: "ComfyUI (AI-Dock)",
  environment: () => ({ WEB_ENABLE_AUTH: "false", CF_QUICK_TUNNELS: "false" }),
};
