import type { JsonObject } from "../account-objects";
import { isObject } from "./fields";

const MFA = { mfa_disabled: false };
const REGISTRATION = {
  enabled: true,
  allow_any_on_localhost: true,
  allow_any_on_loopback: true,
};

/** Adds what Cloudflare shows of a second factor and of managed OAuth where nobody wrote it. */
export function withDefaults(settings: JsonObject): JsonObject {
  const { mfa_config: mfa, oauth_configuration: oauth } = settings;
  const { dynamic_client_registration: given } = isObject(oauth) ? oauth : {};
  return {
    ...settings,
    ...(isObject(mfa) && { mfa_config: { ...MFA, ...mfa } }),
    ...(isObject(oauth) && {
      oauth_configuration: {
        enabled: true,
        ...oauth,
        dynamic_client_registration: {
          ...REGISTRATION,
          ...(isObject(given) && given),
        },
      },
    }),
  };
}
