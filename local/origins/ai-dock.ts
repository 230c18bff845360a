import { comfyui } from "./comfyui";
import { pathOf, sendJson, sendText, type StandIn } from "./stand-in";

export interface AiDockOptions {
  /** `WEB_ENABLE_AUTH`, of which nobody has the cookie here. @default true */
  readonly login?: boolean;
  /** Which API wrapper the image has. @default "2026" */
  readonly wrapper?: "2024" | "2026";
}

/**
 * ComfyUI in AI-Dock's image, behind the image's own Caddy.
 *
 * Compared with ai-dock/comfyui 199ee29 (November 2024), whose `queue-info`
 * fails on a name that its code does not have, and with
 * ai-dock/comfyui-api-wrapper e1d04af (May 2026).
 */
export function aiDock({
  login = true,
  wrapper = "2026",
}: AiDockOptions = {}): StandIn {
  const inner = comfyui();
  return {
    refuse: (request) => (login ? undefined : inner.refuse?.(request)),
    async handle(request, response) {
      if (login) {
        request.resume();
        response.writeHead(302, { location: "http://localhost:1111/login" });
        response.end();
      } else if (pathOf(request) !== "/ai-dock/api/queue-info")
        await inner.handle(request, response);
      else if (wrapper === "2024")
        sendText(response, 500, "Internal Server Error");
      else
        sendJson(response, 200, {
          preprocess_queue_size: 0,
          generation_queue_size: 0,
          postprocess_queue_size: 0,
        });
    },
    accept: (request) => (login ? undefined : inner.accept?.(request)),
  };
}
