import { isIP } from "node:net";

type Kind = "bool" | "text" | "seconds" | "int" | "uint";

/**
 * What cloudflared reads of a rule's `originRequest` besides `access` and
 * `ipRules`, with the type that it demands.
 *
 * @see https://github.com/cloudflare/cloudflared/blob/master/config/configuration.go
 */
export const ORIGIN_SETTINGS = {
  connectTimeout: "seconds",
  tlsTimeout: "seconds",
  tcpKeepAlive: "seconds",
  noHappyEyeballs: "bool",
  keepAliveConnections: "int",
  keepAliveTimeout: "seconds",
  httpHostHeader: "text",
  originServerName: "text",
  matchSNItoHost: "bool",
  caPool: "text",
  noTLSVerify: "bool",
  disableChunkedEncoding: "bool",
  bastionMode: "bool",
  proxyAddress: "text",
  proxyPort: "uint",
  proxyType: "text",
  http2Origin: "bool",
} as const satisfies Readonly<Record<string, Kind>>;

const MUST_BE: Readonly<Record<Kind, string>> = {
  bool: "true or false",
  text: "text",
  seconds: "a whole number of seconds",
  int: "a whole number",
  uint: "a whole number, 0 or more",
};

/** Cloudflared finds keys whatever their case, as Go's JSON does. */
const KINDS: ReadonlyMap<string, readonly [string, Kind]> = new Map(
  Object.entries(ORIGIN_SETTINGS).map(([key, kind]) => [
    key.toLowerCase(),
    [key, kind],
  ]),
);

/**
 * Why cloudflared would refuse the whole document for this `originRequest`: a
 * value of the wrong type is enough. Keys that it does not know are no fault.
 *
 * @param socks Whether the rule's service is `socks-proxy`: only then does it
 * look into `ipRules`.
 */
export function originRequestFaults(
  originRequest: unknown,
  { socks = false }: { readonly socks?: boolean } = {},
): string[] {
  if (originRequest === undefined || originRequest === null) return [];
  if (!isObject(originRequest)) return ["originRequest must be an object"];
  return Object.entries(originRequest).flatMap(([key, value]) => {
    if (value === null || value === undefined) return [];
    const name = key.toLowerCase();
    if (name === "iprules") return ipRulesFaults(value, socks);
    if (name === "access") return accessFaults(value);
    const [setting, kind] = KINDS.get(name) ?? [];
    return kind === undefined || isOfKind(value, kind)
      ? []
      : [`originRequest.${setting} must be ${MUST_BE[kind]}`];
  });
}

/**
 * Why a connector could send no request with a setting, though it takes it: Go
 * sends no such Host, and no such name in a TLS handshake.
 *
 * @param at What the settings are of, as messages put it before their names
 */
export function unusableNames(
  originRequest: {
    readonly httpHostHeader?: unknown;
    readonly originServerName?: unknown;
  },
  at = "originRequest.",
): string[] {
  return (["httpHostHeader", "originServerName"] as const).flatMap((key) => {
    const name = originRequest[key];
    return typeof name !== "string" ||
      /^[\w!$%&()*+,.:;=@[\]'~\u0080-\u{10ffff}-]*$/u.test(name)
      ? []
      : [
          `${at}${key} must be a host such as "app.example.com", got ${JSON.stringify(name)}`,
        ];
  });
}

/** Keys of `originRequest` that mean one of these, whatever their case. */
export function namesSetting(
  key: string,
  settings: readonly string[],
): boolean {
  return settings.some((name) => name.toLowerCase() === key.toLowerCase());
}

function isOfKind(value: unknown, kind: Kind): boolean {
  switch (kind) {
    case "bool":
      return typeof value === "boolean";
    case "text":
      return typeof value === "string";
    case "uint":
      return isWholeNumber(value) && !String(value).startsWith("-");
    case "seconds":
    case "int":
      return isWholeNumber(value);
  }
}

/** A number of a document that was read without loss is an object. */
function isWholeNumber(value: unknown): boolean {
  return typeof value !== "string" && /^-?\d{1,18}$/.test(String(value));
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function ipRulesFaults(rules: unknown, socks: boolean): string[] {
  const name = "originRequest.ipRules";
  if (!Array.isArray(rules)) return [`${name} must be a list`];
  return rules.flatMap((rule: unknown, index) => {
    const at = `${name}[${index}]`;
    if (rule === null) return socks ? [`${at} needs a prefix`] : [];
    if (!isObject(rule)) return [`${at} must be an object`];
    const { allow = null, ports = null, prefix = null } = rule;
    const isPort = (port: unknown) =>
      isWholeNumber(port) &&
      (!socks || (Number(port) >= 1 && Number(port) <= 65_535));
    return [
      ...(allow === null || typeof allow === "boolean"
        ? []
        : [`${at}.allow must be true or false`]),
      ...(ports === null || (Array.isArray(ports) && ports.every(isPort))
        ? []
        : [`${at}.ports must be a list of whole numbers from 1 to 65535`]),
      ...((prefix === null && !socks) ||
      (typeof prefix === "string" && (!socks || isCidr(prefix)))
        ? []
        : [`${at}.prefix must be a network such as "192.0.2.0/24"`]),
    ];
  });
}

/** As Go's `ParseCIDR` reads one: without a zone. */
function isCidr(prefix: string): boolean {
  if (prefix.includes("%")) return false;
  const [, address = "", mask = ""] = /^(.+)\/(\d{1,3})$/.exec(prefix) ?? [];
  const version = isIP(address);
  return version !== 0 && Number(mask) <= (version === 4 ? 32 : 128);
}

function accessFaults(access: unknown): string[] {
  const name = "originRequest.access";
  if (!isObject(access)) return [`${name} must be an object`];
  const {
    audTag = null,
    environment = null,
    required = null,
    teamName = null,
  } = access;
  const isTag = (tag: unknown) => tag === null || typeof tag === "string";
  return [
    ...(required === null || typeof required === "boolean"
      ? []
      : [`${name}.required must be true or false`]),
    ...[{ teamName }, { environment }]
      .flatMap((it) => Object.entries(it))
      .filter(([, value]) => value !== null && typeof value !== "string")
      .map(([key]) => `${name}.${key} must be text`),
    ...(audTag === null || (Array.isArray(audTag) && audTag.every(isTag))
      ? []
      : [`${name}.audTag must be a list of texts`]),
    ...(required === true && !teamName && Array.isArray(audTag) && audTag.length
      ? [`${name} has an audTag and no teamName`]
      : []),
  ];
}
