import { DEFAULT_PROVIDER, isOlder, SINCE } from "../base/provider-versions";
import {
  appFaults,
  readSettings,
  settingsIn,
  type AccessAppSettings,
} from "../constructs/access-app-settings";
import { sessionFault } from "../constructs/faults";
import type { JsonObject } from "../providers/tunnel-route/json";

/** What is so where nobody has said anything else, by the API's names. */
const DEFAULTS: JsonObject = {
  auto_redirect_to_identity: true,
  app_launcher_visible: true,
  http_only_cookie_attribute: true,
  session_duration: "24h",
};

/**
 * Settings of an application as `application` of a stack has them; undefined
 * where there is none that differs from Cloudflare's default.
 *
 * @param without attributes of the API that are left out
 * @param version that of Cloudflare's provider
 */
export function inProps(
  settings: JsonObject,
  without: readonly string[],
  version = DEFAULT_PROVIDER as string,
): string | undefined {
  const set = Object.entries(settings).filter(
    ([name, value]) =>
      !without.includes(name) && value !== (DEFAULTS[name] ?? false),
  );
  const named = Object.fromEntries(
    set.map(([name, value]) => [camelCase(name), camelCased(value) ?? value]),
  );
  return literal(accepted(settingsIn(named, "").settings, version));
}

/** Those that the code takes for a whole host: the others are kept without it. */
function accepted(
  settings: AccessAppSettings,
  version: string,
): AccessAppSettings {
  const isOld = (since: string) => isOlder(version, since);
  const entries = Object.entries(settings).filter(
    ([name, value]) =>
      !(name === "mfaConfig" && isOld(SINCE.applicationMfa)) &&
      !(name === "oauthConfiguration" && isOld(SINCE.applicationOAuth)) &&
      isAccepted({ [name]: value }),
  );
  const all = Object.fromEntries(entries) as AccessAppSettings;
  return isAccepted(all) ? all : {};
}

function isAccepted(settings: AccessAppSettings): boolean {
  const { sessionDuration = "24h" } = settings;
  return [
    ...readSettings(settings, {}).faults,
    ...appFaults(settings),
    sessionFault(sessionDuration),
  ].every((fault) => fault === undefined);
}

/** A value as it is written in TypeScript; undefined where it says nothing. */
export function literal(value: unknown): string | undefined {
  if (Array.isArray(value)) {
    const items = value.flatMap((item) => literal(item) ?? []);
    return items.length === 0 ? undefined : `[${items.join(", ")}]`;
  }
  if (isObject(value)) {
    const parts = Object.entries(value).flatMap(([name, part]) => {
      const text = literal(part);
      const key = /^[a-z_$][\w$]*$/i.test(name) ? name : JSON.stringify(name);
      return text === undefined ? [] : [`${key}: ${text}`];
    });
    return parts.length === 0 ? undefined : `{ ${parts.join(", ")} }`;
  }
  return value === null || value === undefined || value === ""
    ? undefined
    : JSON.stringify(value);
}

/** A value with names as they are in code, without what is not switched on. */
export function camelCased(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(camelCased);
  if (!isObject(value)) return value === false ? undefined : value;
  return Object.fromEntries(
    Object.entries(value).map(([name, part]) => [
      camelCase(name),
      camelCased(part),
    ]),
  );
}

/** `service_auth_401_redirect` is `serviceAuth401Redirect` in code. */
function camelCase(name: string): string {
  return name.replace(/_([a-z0-9])/g, (_, letter: string) =>
    letter.toUpperCase(),
  );
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
