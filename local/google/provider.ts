import { generateKeyPair, randomBytes } from "node:crypto";
import { promisify } from "node:util";
import type { JWK, KoaContextWithOIDC, Provider } from "oidc-provider";
import type { Account } from "../account";
import type { Clients } from "./clients";
import { CHOOSER_PATH, SCOPES, type Site } from "./endpoints";
import { failurePage } from "./pages";
import { claimsOf, findBySubject } from "./people";
import { memory } from "./store";

const MINUTE = 60;
const HOUR = 60 * MINUTE;

/**
 * An OpenID provider with Google's paths, claims and manners: every login asks
 * for the account, and nobody is asked to consent to e-mail and name. Its key
 * is made here and never leaves memory.
 */
export async function createProvider(
  account: Account,
  clients: Clients,
  { endpoints, issuer }: Site,
): Promise<Provider> {
  const { Provider, interactionPolicy } = await loadOidcProvider();
  const { Check, Prompt } = interactionPolicy;

  const policy = interactionPolicy.base();
  policy.clear();
  policy.add(
    new Prompt(
      { name: "select_account", requestable: true },
      new Check(
        "account_not_chosen",
        "no account was chosen",
        "account_selection_required",
        ({ oidc }) =>
          oidc.result?.["select_account"] !== undefined
            ? Check.NO_NEED_TO_PROMPT
            : Check.REQUEST_PROMPT,
      ),
    ),
  );
  policy.add(new Prompt({ name: "consent", requestable: true }));

  const provider = new Provider(issuer, {
    adapter: memory(clients),
    jwks: { keys: [await newKey()] },
    cookies: { keys: [randomBytes(32).toString("hex")] },
    routes: {
      authorization: pathOf(endpoints.authorization),
      token: pathOf(endpoints.token),
      userinfo: pathOf(endpoints.userinfo),
      jwks: pathOf(endpoints.jwks),
    },
    scopes: SCOPES,
    claims: {
      openid: ["sub"],
      email: ["email", "email_verified", "hd"],
      profile: ["name"],
    },
    // Google puts them into the ID token, whatever the flow.
    conformIdTokenClaims: false,
    clientAuthMethods: ["client_secret_basic", "client_secret_post"],
    pkce: { required: () => false },
    features: {
      devInteractions: { enabled: false },
      rpInitiatedLogout: { enabled: false },
    },
    interactions: {
      policy,
      url: (_ctx, { uid }) => CHOOSER_PATH + uid,
    },
    ttl: {
      AccessToken: HOUR,
      AuthorizationCode: 10 * MINUTE,
      Grant: HOUR,
      IdToken: HOUR,
      Interaction: HOUR,
      Session: HOUR,
    },
    findAccount: (_ctx, subject) => {
      const person = findBySubject(account, subject);
      return person && { accountId: subject, claims: () => claimsOf(person) };
    },
    loadExistingGrant: grantEverything,
    renderError: (ctx, { error, error_description }) => {
      ctx.type = "html";
      ctx.body = failurePage(error, error_description);
    },
  });
  // X-Forwarded-Proto is set before a request gets here.
  provider.proxy = true;
  return provider;
}

/** Agrees to all that a client asks for: the three scopes need no consent. */
async function grantEverything({ oidc }: KoaContextWithOIDC) {
  const grant = new oidc.provider.Grant({
    accountId: oidc.session!.accountId!,
    clientId: oidc.client!.clientId,
  });
  grant.addOIDCScope(SCOPES.join(" "));
  await grant.save();
  return grant;
}

async function newKey(): Promise<JWK> {
  const { privateKey } = await promisify(generateKeyPair)("rsa", {
    modulusLength: 2048,
  });
  return {
    ...privateKey.export({ format: "jwk" }),
    kid: randomBytes(20).toString("hex"),
    alg: "RS256",
    use: "sig",
  } as JWK;
}

function pathOf(url: string): string {
  return new URL(url).pathname;
}

/**
 * On Node 20 the library warns that it is made for 22. The flows in use are
 * tested on 20 too, and the warning would stand in the middle of a report.
 */
async function loadOidcProvider() {
  const { warn } = console;
  console.warn = () => {};
  try {
    return await import("oidc-provider");
  } finally {
    console.warn = warn;
  }
}
