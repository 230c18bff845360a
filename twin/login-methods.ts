import type { AccountFileInput } from "../local/account-file-schema";
import type { Clean } from "./clean";
import type { Answered } from "./read-account";

type Section<K extends keyof AccountFileInput> = NonNullable<
  AccountFileInput[K]
>;

/** What works in the twin in the place of every OAuth client's secret. */
const SECRET = "rehearsal-only-oauth-client-secret";
/** For an account in which nobody logs in with Google. */
const NO_CLIENT = "rehearsal-only.apps.googleusercontent.com";

/** Login methods, with secrets that the twin's clients have. */
export function loginMethods(
  answered: readonly Answered[],
  clean: Clean,
): Section<"identity_providers"> {
  return answered.map((one) => {
    const {
      config = {},
      scim_config: scim,
      ...method
    } = one as {
      config?: Answered;
      scim_config?: Answered;
    };
    const settings = clean.object("config", config);
    return {
      ...clean.object("identity_providers", method),
      config: settings,
      ...(settings.client_id !== undefined && { client_secret: SECRET }),
      ...(scim && { scim_config: clean.object("scim_config", scim) }),
    };
  }) as Section<"identity_providers">;
}

/** The OAuth clients behind them, that of the settings first. */
export function oauthClients(
  methods: Section<"identity_providers">,
  authDomain: string | undefined,
  ofSettings: string | undefined,
): Section<"google_clients"> {
  const ids = [
    ...(ofSettings === undefined ? [] : [ofSettings]),
    ...methods.flatMap(({ config }) => config?.client_id ?? []).map(String),
  ];
  if (ids.length === 0) ids.push(NO_CLIENT);
  return [...new Set(ids)].map((client_id) => ({
    client_id,
    client_secret: SECRET,
    redirect_uris:
      authDomain === undefined
        ? []
        : [`https://${authDomain}/cdn-cgi/access/callback`],
  }));
}
