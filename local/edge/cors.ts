import type { Application } from "../account-objects";
import type { Answer } from "./answer";
import type { EdgeRequest } from "./edge-request";

/**
 * The edge's own answer to a preflight, from an application's `cors_headers`.
 *
 * @see https://developers.cloudflare.com/cloudflare-one/access-controls/applications/http-apps/authorization-cookie/cors/
 */
export function answerPreflight(
  { req }: EdgeRequest,
  application: Application | undefined,
): Answer {
  const settings = (application?.cors_headers ?? {}) as Record<string, unknown>;
  const { headers: asked } = req;
  const list = (name: string): string[] =>
    Array.isArray(settings[name]) ? settings[name].map(String) : [];
  const { origin } = asked;
  const allowed =
    origin !== undefined &&
    (settings.allow_all_origins === true ||
      list("allowed_origins").some((one) => one === "*" || one === origin));
  if (!allowed) return { status: 200, headers: { vary: "Origin" }, body: "" };
  const methods =
    settings.allow_all_methods === true
      ? (asked["access-control-request-method"] ?? "")
      : list("allowed_methods").join(",");
  const headers =
    settings.allow_all_headers === true
      ? (asked["access-control-request-headers"] ?? "")
      : list("allowed_headers").join(",");
  return {
    status: 200,
    headers: {
      vary: "Origin",
      "access-control-allow-origin": origin,
      ...(methods && { "access-control-allow-methods": methods }),
      ...(headers && { "access-control-allow-headers": headers }),
      ...(settings.allow_credentials === true && {
        "access-control-allow-credentials": "true",
      }),
      ...(typeof settings.max_age === "number" && {
        "access-control-max-age": String(settings.max_age),
      }),
    },
    body: "",
  };
}
