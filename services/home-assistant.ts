import type { Service } from "./service";

/** Open paths of Home Assistant, for a stack's `openPaths`: see docs/open-paths.md. */
export interface HomeAssistantPaths {
  /**
   * Webhooks of automations and of the apps' sensors. Whoever knows an id
   * triggers it; ids of the apps have 64 random digits, those of automations
   * what somebody wrote.
   */
  readonly webhooks: readonly string[];
  /**
   * Alexa and Google Assistant without Nabu Casa. They send tokens that Home
   * Assistant itself gave them at `/auth/token`; people link their accounts at
   * `/auth/authorize`, in a browser and behind Access. Their displays take
   * pictures of cameras from `/api/hls`, which is not opened.
   */
  readonly assistants: readonly string[];
}

/**
 * Home Assistant. Behind a tunnel it answers 400 to everything until its
 * `configuration.yaml` trusts the connector, or the Caddy before it:
 *
 * ```yaml
 * http:
 *   use_x_forwarded_for: true
 *   trusted_proxies: [172.16.0.0/12]
 * ```
 *
 * Seen in home-assistant/core: `homeassistant/components/http/forwarded.py` of
 * 037e2923, `http/__init__.py` (MAX_CLIENT_SIZE), `frontend/__init__.py`
 * (ManifestJSONView), `webhook/__init__.py`, `alexa/smart_home_http.py`,
 * `google_assistant/const.py`; home-assistant/frontend 20260325:
 * `src/html/index.html.template`.
 *
 * @see https://www.home-assistant.io/integrations/http/#reverse-proxies
 */
export const homeAssistant: Service & HomeAssistantPaths = {
  name: "Home Assistant",
  pageText: "Home Assistant",
  apiPath: "/manifest.json",
  webSocketPath: "/api/websocket",
  containerUrl: "http://homeassistant:8123",
  localUrl: "http://localhost:8123",
  limits: {
    largeBodies:
      "backups that are uploaded hit it: restore them from the host; all else it limits to 16 MB itself",
    lateAnswers:
      "its pages are not affected, as they use a WebSocket; POST /api/services/script/NAME waits for the script's end: call script.turn_on instead",
  },
  ownLogin:
    "it asks people for a login of its own and takes none from a proxy: both logins stay",
  apps: "its apps can't send a service token (home-assistant/android#3510, home-assistant/iOS#5305): use them at home or by WARP, and open homeAssistant.webhooks for their sensors",
  webhooks: ["/api/webhook"],
  assistants: ["/api/alexa", "/api/google_assistant", "/auth/token"],
};
