import type { Test } from "./inquiry";
import type { List } from "./model";
import type { Identity } from "./request";
import { NO, truth, type Truth } from "./truth";
import type { Values } from "./values";

/**
 * Selectors that look at who is logged in. Nobody fulfils none of them.
 *
 * @see https://developers.cloudflare.com/cloudflare-one/access-controls/policies/#cloudflare-access-selectors
 */

export function email(values: Values): Test | undefined {
  return values.with("email", (text) => {
    const wanted = text.toLowerCase();
    return (inquiry) => truth(inquiry.email === wanted);
  });
}

/** "Emails ending in @example.com" in the dashboard is `example.com` in the API. Subdomains do not count. */
export function emailDomain(values: Values): Test | undefined {
  return values.with("domain", (text) => {
    const ending = `@${text.toLowerCase().replace(/^@/, "")}`;
    return (inquiry) => truth(inquiry.email?.endsWith(ending) ?? false);
  });
}

export function emailList(
  values: Values,
  lists: ReadonlyMap<string, List>,
): Test | undefined {
  return values.with("id", (id) => {
    const list = lists.get(id);
    if (!list?.items) {
      return person(
        values.fact(id, `the members of e-mail list ${list?.name ?? id}`),
      );
    }
    const members = new Set(
      list.items.map(({ value }) => value?.toLowerCase()),
    );
    return person((inquiry) => truth(members.has(inquiry.email)));
  });
}

/** Compares the login method used at login, by id. */
export function loginMethod(values: Values): Test | undefined {
  return values.with(
    "id",
    (id) => (inquiry) => truth(inquiry.identity?.idp.id === id),
  );
}

export function authMethod(values: Values): Test | undefined {
  return values.with("auth_method", (method) =>
    orFact(
      ({ authMethods }) => authMethods && truth(authMethods.includes(method)),
      values.fact(method, `whether the login used the method "${method}"`),
    ),
  );
}

/** A login method of type `google` supplies no Workspace groups; that takes `google-apps`. */
export function gsuite(values: Values): Test | undefined {
  return values.with("email", (text) => {
    const wanted = text.toLowerCase();
    const test = membership(values, "Google Workspace group", text, (groups) =>
      groups.some((group) => group.toLowerCase() === wanted),
    );
    return (inquiry) =>
      inquiry.identity?.idp.type === "google" ? NO : test(inquiry);
  });
}

/** The group that `key` names, among those the login method supplied. */
export function idpGroup(
  values: Values,
  kind: string,
  key: string,
): Test | undefined {
  return values.with(key, (group) =>
    membership(values, kind, group, (groups) => groups.includes(group)),
  );
}

export function githubOrganization(values: Values): Test | undefined {
  return values.with("name", (name) => {
    const team = values.text("team");
    const group = team === undefined ? name : `${name}/${team}`;
    return membership(
      values,
      team === undefined ? "GitHub organization" : "GitHub team",
      group,
      // Being in a team is being in its organization.
      (groups) =>
        groups.includes(group) ||
        (team === undefined && groups.some((g) => g.startsWith(`${name}/`))),
    );
  });
}

/** A SAML attribute or OIDC claim. */
export function claim(
  values: Values,
  nameKey: string,
  valueKey: string,
): Test | undefined {
  return values.with(nameKey, (name) =>
    values.with(valueKey, (wanted) =>
      ofLoginMethod(
        values,
        orFact(
          ({ claims }) =>
            claims && truth([claims[name]].flat().includes(wanted)),
          values.fact(`${name}=${wanted}`, `whether ${name} is "${wanted}"`),
        ),
      ),
    ),
  );
}

/** Entra's authentication contexts are asked for during the login and not part of an identity. */
export function authContext(values: Values): Test | undefined {
  return values.with("ac_id", (id) =>
    ofLoginMethod(
      values,
      person(values.fact(id, `whether authentication context ${id} is met`)),
    ),
  );
}

/**
 * A member of a Cloudflare account: of the account that has the rule, where it
 * names none.
 *
 * @see https://developers.cloudflare.com/cloudflare-one/integrations/identity-providers/cloudflare/
 */
export function accountMember(
  values: Values,
  accountId: string | undefined,
): Test {
  const named = values.text("account_id");
  const wanted = named ?? accountId;
  return orFact(
    ({ cloudflareAccounts }) =>
      wanted === undefined || cloudflareAccounts === undefined
        ? undefined
        : truth(cloudflareAccounts.includes(wanted)),
    values.fact(
      named ?? "this account",
      `whether the person is a member of ${named === undefined ? "this Cloudflare account" : `the Cloudflare account ${named}`}`,
    ),
  );
}

/** A selector that looks at something about the person which no request tells. */
export function opaque(values: Values): Test {
  return person(values.fact(values.all, `${values.selector} ${values.all}`));
}

export function externalEvaluation(values: Values): Test | undefined {
  return values.with("evaluate_url", (url) => {
    // Whoever has the keys can answer in its place.
    const keys = values.text("keys_url");
    const by = keys === undefined ? "" : ` by the keys at ${keys}`;
    return person(
      values.fact(url + by, `what ${url} answers about the person${by}`),
    );
  });
}

function membership(
  values: Values,
  kind: string,
  group: string,
  isMember: (groups: readonly string[]) => boolean,
): Test {
  return ofLoginMethod(
    values,
    orFact(
      ({ groups }) => groups && truth(isMember(groups)),
      values.fact(group, `membership in the ${kind} ${group}`),
    ),
  );
}

/** Only what the rule's own login method says counts. */
function ofLoginMethod(values: Values, test: Test): Test {
  const id = values.text("identity_provider_id");
  if (id === undefined) return test;
  return (inquiry) => (inquiry.identity?.idp.id === id ? test(inquiry) : NO);
}

/** What the identity tells, or else the fact. */
function orFact(
  told: (identity: Identity) => Truth | undefined,
  fact: Test,
): Test {
  return (inquiry) =>
    inquiry.identity === null ? NO : (told(inquiry.identity) ?? fact(inquiry));
}

function person(test: Test): Test {
  return (inquiry) => (inquiry.identity === null ? NO : test(inquiry));
}
