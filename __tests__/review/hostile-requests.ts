import { hostMatcher, parseUri } from "../../access/path-pattern";
import type { Identity, PresentedServiceToken } from "../../access/request";
import type { Account } from "../../local/account";
import type { Cell, Matrix } from "../../review/matrix";
import type { Dice } from "./dice";
import type { Asked } from "./edge-answer";
import { METHOD_TYPES, methodName } from "./hostile-methods";
import {
  APPLICATION_PATHS,
  ENDINGS,
  HOSTS,
  NAMED,
  OTHER_ZONE,
  RULE_PATHS,
  ZONE,
} from "./hostile";

/** A request with the subject of the review that it is one of. */
export interface HostileRequest extends Asked {
  readonly subject: string;
  /** Name of the login method of somebody who logs in. */
  readonly method?: string;
  readonly text: string;
}

/** The request as the account has its login method now: without one that is not there nobody is logged in. */
export function asAsked<T extends Asked & { readonly method?: string }>(
  request: T,
  { identityProviders }: Account,
): T {
  const { identity, method } = request;
  const found = [...identityProviders.values()].find(
    ({ name }) => name === method,
  );
  return {
    ...request,
    identity:
      identity && found
        ? { ...identity, idp: { id: found.id, type: found.type } }
        : null,
  };
}

export const FACTS = [
  ...[
    "okta:A",
    "okta:B",
    "azure_ad:A",
    "gsuite:all@datacrew.space",
    "saml:n=v",
  ],
  ...[
    "github_organization:crew",
    "oidc:n=v",
    "auth_method:mfa",
    "device_posture:d1",
  ],
  ...[
    "device_posture:d2",
    "external_evaluation:https://e by the keys at https://k",
    "email_list:list",
  ],
  ...["ip_list:list", "auth_method:hwk", "azure_ad:B"],
];
const PLACES = [
  ...["10.2.3.4", "10.1.2.3", "192.0.2.9", "8.8.8.8", "2001:db8::1"],
];

/** Paths near those that patterns speak of, in every spelling. */
function pathOf(dice: Dice): string {
  const near = [
    ...APPLICATION_PATHS.map((path) =>
      path.replaceAll("*", dice.oneOf(["x", "a/b", ""])),
    ),
    ...RULE_PATHS.map(
      (path) => `/${(path ?? "").replace(/[\\^$()[\]{}+?*]/g, "")}`,
    ),
    ...["/q", "/p/x", "/o", "/more", "/files/a/b/share", "/x.json", "/wq"],
  ];
  const twists: ((path: string) => string)[] = [
    (path) => path,
    (path) => path,
    (path) => path + dice.oneOf(near),
    (path) => `${path}/`,
    (path) => `${path}/..${dice.oneOf(near)}`,
    (path) => `${path}/%2e%2E/${dice.oneOf(near).slice(1)}`,
    (path) => path.replace(/\/(?=[^/]*$)/, "%2f"),
    (path) => path.replace("/", "//"),
    (path) => path.replace("/", "\\"),
    (path) => path.toUpperCase(),
    (path) => `${path};x`,
    (path) => `${path}.json`,
    (path) =>
      path.replace(/[a-z]/, (one) => `%${one.charCodeAt(0).toString(16)}`),
    (path) => path.slice(0, -1),
    (path) => `${path}%c3%a9`,
  ];
  let path = dice.oneOf(near);
  for (let more = 0; more < 2; more++) path = dice.oneOf(twists)(path);
  return path.startsWith("/") ? path : `/${path}`;
}

export function requestOf(dice: Dice, account: Account): HostileRequest {
  const names = [
    "any",
    "zz",
    "any-other-host",
    "a",
    "b",
    "ab",
    "axb",
    "a1",
    "1b",
  ];
  const host = dice
    .oneOf([
      ...HOSTS,
      ...HOSTS,
      `old.${ZONE}`,
      `deep.b.${ZONE}`,
      `q.b.${ZONE}`,
      `d.${OTHER_ZONE}`,
      `x.old.${ZONE}`,
    ])
    .replaceAll("*", dice.oneOf([...names, "n.m"]));
  const path = pathOf(dice);
  const base = {
    host,
    path,
    normalization: dice.oneOf(["rfc3986", "cloudflare"] as const),
    ip: dice.oneOf(PLACES),
    country: dice.oneOf(["DE", "FR", "US"]),
    known: Object.fromEntries(
      dice
        .some(FACTS, dice.maybe(50) ? 0 : FACTS.length)
        .map((fact) => [fact, true]),
    ),
    identity: null,
    serviceToken: null,
  };
  const kind = dice.oneOf([
    "nobody",
    "nobody",
    "preflight",
    "token",
    "person",
    "person",
    "certificate",
  ]);
  const finish = (subject: string, more: Partial<Asked>): HostileRequest => ({
    ...base,
    ...more,
    subject,
    text: `${subject} ${host}${path} (${base.normalization}) ${base.ip} ${base.country} ${JSON.stringify(more)} ${JSON.stringify(base.known)}`,
  });
  switch (kind) {
    case "preflight":
      return finish("preflight", { preflight: true });
    case "certificate":
      return finish("nobody", {
        certificate: { commonName: dice.oneOf(["one", "three"]) },
      });
    case "token": {
      const tokens = [...account.serviceTokens.values()];
      if (tokens.length === 0) return finish("nobody", {});
      const { id, name } = dice.oneOf(tokens);
      const serviceToken: PresentedServiceToken = { state: "valid", id };
      return finish(`token ${name}`, { serviceToken });
    }
    case "person": {
      const email = dice.oneOf([
        ...NAMED,
        ...ENDINGS.map((ending) => `some.body@${ending}`),
        "who@nowhere.invalid",
      ]);
      const method = dice.oneOf([
        ...["Method m1", "Method m2"],
        ...METHOD_TYPES.map(methodName),
      ]);
      const identity: Identity = { email, idp: { id: method, type: "" } };
      return { ...finish(email, { identity }), method };
    }
    default:
      return finish("nobody", {});
  }
}

/** Whether a subject of the review is who made a request. */
export function isWho(
  { subject }: Cell,
  { method, serviceToken, subject: who }: HostileRequest,
  matrix: Matrix,
): boolean {
  if (
    method !== undefined &&
    "method" in subject &&
    subject.kind !== "member" &&
    !subject.label.includes(method)
  )
    return false;
  switch (subject.kind) {
    case "nobody":
    case "preflight":
      return (
        subject.kind === who ||
        // A login that does not count is as good as none.
        (subject.kind === "nobody" && who.includes("@")) ||
        (who === "preflight" && subject.kind === "nobody")
      );
    case "token":
      return (
        who.startsWith("token") &&
        (serviceToken?.state !== "valid" ||
          subject.tokenId === serviceToken.id ||
          subject.tokenId.startsWith("planned:"))
      );
    case "named":
      return subject.email === who;
    case "ending":
      return (
        who.endsWith(`@${subject.email.split("@")[1]}`) && !isNamed(matrix, who)
      );
    case "member":
      return who.includes("@") && !isNamed(matrix, who);
    case "else":
      return (
        who.includes("@") &&
        !isNamed(matrix, who) &&
        !matrix.subjects.some(
          (one) =>
            one.kind === "ending" &&
            who.endsWith(`@${one.email.split("@")[1]}`),
        )
      );
  }
}

function isNamed({ subjects }: Matrix, email: string): boolean {
  return subjects.some((one) => one.kind === "named" && one.email === email);
}

export function covers(shown: string, host: string): boolean {
  if (!shown.includes("*")) return shown === host;
  if (shown.startsWith("*.") && host.endsWith(shown.slice(1))) return true;
  return hostMatcher(parseUri(shown).host)(host);
}
