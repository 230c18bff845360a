import {
  explainReasons,
  refusalReasons,
  type AnswerHeaders,
} from "../client/refusal";
import { knownWords } from "./known-words";
import type { Answer } from "./world";

/** What stands on the way to a service, from the visitor inwards. */
export type Answerer =
  "Access" | "Cloudflare's edge" | "the connector" | "Caddy" | "the service";

/** One way to explain an answer. */
export interface Explanation {
  readonly by: Answerer;
  /** Why it was given. */
  readonly cause: string;
  readonly remedy: string;
}

/** Who gave an answer, as far as the answer tells. */
export interface Told {
  /** One where the answer tells; else all who answer so, none more likely than another. */
  readonly by: readonly Answerer[];
  readonly cause: string;
  readonly remedy: string;
  /** Whether it is so until somebody changes something, however long one waits. */
  readonly lasting: boolean;
}

/** What is known of a request beside its answer. */
export interface Asked {
  /** The service's stack, for commands in a remedy. */
  readonly name: string;
  readonly url: string;
  /** Whether a service token's pair was sent. */
  readonly pairSent: boolean;
  /** The tunnel's rule that the request reaches. @default - not known */
  readonly rule?: ReachedRule;
  /** Whether it was sent with neither a login nor a token. @default false */
  readonly anonymous?: boolean;
  /** Whether another path of the host is answered with words, so that Caddy has a site for it. @default false */
  readonly answersElsewhere?: boolean;
  /** Whether a deploy has made what answers, and not somebody by hand. @default true */
  readonly isDeployed?: boolean;
}

export interface ReachedRule {
  /** `http://caddy:80`, `http_status:404`. */
  readonly service: string;
  /** Whether its check of Access's token lets tokens of the application that decides through. */
  readonly trusts: boolean;
  /** Why it does not. @default - not known */
  readonly distrust?: string;
  /**
   * The Bypass policies that let requests past Access, where the rule demands
   * its JWT, which these do not have. @default - it demands none
   */
  readonly bypasses?: readonly string[];
  /** Whether it leads to the service itself, with no Caddy on the way. */
  readonly direct: boolean;
  /** The `Host` that arrives there, by `httpHostHeader`. @default - the request's own */
  readonly host?: string;
  /** Whether the connector checks the certificate of an https service. */
  readonly verifies?: boolean;
}

/**
 * Tells who answered and why, for answers that are no success. It looks from
 * the visitor inwards. What nobody outside can tell apart is told as that: the
 * rule of the tunnel, where it is known, leaves one of them.
 */
export function whoAnswered(answer: Answer, asked: Asked): Told {
  const told = [byAccess, byEdge, byRedirect, behindTheEdge]
    .map((explain) => explain(answer, asked))
    .find((explanations) => explanations.length > 0);
  const explanations = told ?? [byService(answer)];
  const unsure = explanations.length > 1 ? "could be any of these: " : "";
  return {
    by: explanations.map(({ by }) => by),
    cause: unsure + explanations.map(({ cause }) => cause).join("; or "),
    remedy: explanations.map(({ remedy }) => remedy).join("; "),
    lasting:
      answer.status < 500
        ? explanations.every(({ by }) => AT_HOME.has(by)) &&
          (told !== undefined || !isNameless(answer))
        : // Seldom a service that still starts, mostly a certificate.
          answer.status === 502 && asked.rule?.verifies === true,
  };
}

/** What the edge and the connector have behind them. */
const AT_HOME: ReadonlySet<Answerer> = new Set(["Caddy", "the service"]);

/** Without a word, and without the edge's mark: somebody on the way may have given it, who passes. */
function isNameless({ headers, text }: Answer): boolean {
  return (
    text === "" &&
    headers.get("content-type") === null &&
    headers.get("cf-ray") === null
  );
}

type Explainer = (answer: Answer, asked: Asked) => readonly Explanation[];

/** Whether Access itself gave an answer, and so the service never saw the request. */
export function isFromAccess(answer: Answer): boolean {
  return refusal(answer, false) !== undefined;
}

/** Whether an answer shows that Access let the request through: it sets its cookie with it. */
export function isAdmitted({ headers }: Pick<Answer, "headers">): boolean {
  return headers
    .getSetCookie()
    .some((cookie) => cookie.startsWith("CF_Authorization="));
}

function refusal(answer: Answer, pairSent: boolean) {
  if (isAdmitted(answer)) return undefined;
  const headers: AnswerHeaders = Object.fromEntries(answer.headers);
  const reasons = refusalReasons(answer.status, headers, pairSent);
  if (reasons !== undefined) return reasons;
  // Strict organisations are not known to send Access's headers along.
  const titled = /<title>[^<]*Cloudflare Access<\/title>/.test(answer.text);
  return titled && [401, 403].includes(answer.status)
    ? refusalReasons(
        answer.status,
        { ...headers, "cf-access-aud": "" },
        pairSent,
      )
    : undefined;
}

const byAccess: Explainer = (answer, { name, pairSent }) => {
  const reasons = refusal(answer, pairSent);
  if (reasons === undefined) return [];
  return [
    {
      by: "Access",
      cause: `Access refuses it: ${explainReasons(reasons)}`,
      remedy: pairSent
        ? `npm run doctor -- ${name} --symptom 403 looks at the token`
        : `send the pair of a service token (npm run secrets -- ${name} --to env)`,
    },
  ];
};

const byEdge: Explainer = ({ headers, status, text }, { name }) => {
  const edge = (cause: string, remedy: string): Explanation[] => [
    { by: "Cloudflare's edge", cause, remedy },
  ];
  if (headers.get("cf-mitigated") !== null)
    return edge(
      "Cloudflare's bot protection or firewall wants a browser to solve a challenge, which a machine can't",
      "let the host or the path skip it: Security, Security rules, in the zone's dashboard",
    );
  const code =
    headers.get("cf-error-type") ??
    /^error code: (\d+)/.exec(text)?.[1] ??
    /<title>[^<]*\b(1\d{3}|52\d)\b[^<]*\| Cloudflare<\/title>/.exec(text)?.[1];
  if (code === "1033" || (status === 530 && code === undefined))
    return edge(
      "the tunnel has no running connector",
      `npm run doctor -- ${name} --symptom 1033`,
    );
  if (status === 524 || code === "524")
    return edge(
      "the service began no answer within the time that Cloudflare waits (100 to 120 seconds)",
      `npm run doctor -- ${name} --symptom 524`,
    );
  if (status === 413 && text.includes("<center>cloudflare</center>"))
    return edge(
      "the body is larger than the zone's plan allows (100 MB on Free and Pro)",
      `npm run doctor -- ${name} --symptom 413`,
    );
  if ((status >= 520 && status <= 530) || /^(1\d{3}|52\d)$/.test(code ?? ""))
    return edge(
      `Cloudflare's edge finds no way to the tunnel (error ${code ?? status})`,
      `npm run doctor -- ${name} --symptom 530`,
    );
  return [];
};

const byRedirect: Explainer = (answer, { name, rule, url }) => {
  const { headers, status } = answer;
  const location = headers.get("location");
  if (![301, 302, 303, 307, 308].includes(status) || location === null)
    return [];
  if (!URL.canParse(location, url)) return [];
  const to = new URL(location, url);
  const from = new URL(url);
  if (
    to.host === from.host &&
    to.pathname + to.search === from.pathname + from.search
  )
    return redirectsToItself(answer, {
      location,
      rule,
      hostname: from.hostname,
    });
  const local = isLoopback(to.hostname);
  if (local || /log-?in|sign-?in|\/auth\b|oauth/i.test(to.pathname))
    return [
      {
        by: "the service",
        cause: `the service has a login of its own, and leads to it (${to.host}${to.pathname})${local ? ", at an address that only its own machine knows" : ""}`,
        remedy: `switch that login off, as Access asks for one already, where the probe finds no way past it${local ? ": WEB_ENABLE_AUTH=false for AI-Dock, with CF_QUICK_TUNNELS=false (services/ai-dock.ts)" : ", or log in there as well"}; the service's token of Access is in order`,
      },
    ];
  return [
    {
      by: "the service",
      cause: `the service redirects to ${to.host === from.host ? to.pathname : to.host}`,
      remedy: `ask for that address; npm run doctor -- ${name} --symptom redirects tells where it began`,
    },
  ];
};

/** Whether a name or an address means the machine that uses it. */
export function isLoopback(hostname: string): boolean {
  return /^(localhost|127(\.\d+){3}|\[::1\])$/.test(hostname);
}

/** A bare 308 is Caddy's unless no Caddy is on the way, or one says that it only passed it on. */
function redirectsToItself(
  { headers, status, text }: Answer,
  {
    hostname,
    location,
    rule,
  }: { location: string; hostname: string; rule?: ReachedRule },
): readonly Explanation[] {
  const own: Explanation = {
    by: "the service",
    cause: `the service, or a proxy before it, redirects to the very address that was asked (${location}), most often to have https`,
    remedy:
      "switch its own redirect to https off, or have it trust X-Forwarded-Proto: Cloudflare sees to https",
  };
  if (
    status !== 308 ||
    text !== "" ||
    viaCaddy(headers) ||
    rule?.direct === true
  )
    return [own];
  const caddy: Explanation = {
    by: "Caddy",
    cause:
      "Caddy redirects to https, where the request came from: its site has a name without http://, so the tunnel's plain HTTP request is redirected endlessly",
    remedy: `write the site as http://${hostname} { … } in the Caddyfile, and reload Caddy`,
  };
  return headers.get("server") === "Caddy" ? [caddy] : [caddy, own];
}

/** What has no word of its own in it, or whose words the edge has replaced. */
const behindTheEdge: Explainer = (answer, asked) => {
  const { rule, url } = asked;
  const { headers, status, text } = answer;
  const mute = text === "" && headers.get("content-type") === null;
  const atOrigin = headers.get("cf-ray") === null;
  if (atOrigin) return byCaddyItself(answer);
  if (status === 502 && rule?.trusts === false) return [distrust(asked)];
  if (status === 502 || status === 504) return badGateway(rule);
  if (!mute) return [];
  const { hostname } = new URL(url);
  switch (status) {
    case 200:
      return mayBeCaddy(answer, asked)
        ? [unknownHost(hostname, rule), byService(answer)]
        : [];
    case 403:
      if (asked.anonymous && (rule === undefined || rule.bypasses))
        return [withoutJwt(rule?.bypasses), ...(rule ? [] : [guard(hostname)])];
      return [
        ...(rule?.bypasses?.length ? [withoutJwt(rule.bypasses)] : []),
        ...(rule?.trusts === true ? [] : [distrust(asked)]),
        ...(rule?.trusts === false ? [] : [guard(hostname)]),
      ];
    case 404:
    case 503:
      if (rule !== undefined && rule.service !== `http_status:${status}`)
        return [];
      return [
        {
          by: "the connector",
          cause:
            status === 404
              ? "no rule of the tunnel takes the request but its last, which answers 404"
              : "the connector has no rules",
          remedy: writtenAgain(asked),
        },
        ...(rule === undefined ? [byService(answer)] : []),
      ];
    default:
      return [];
  }
};

/** By what the tunnel's rule is written as the stack has it. */
function writtenAgain({
  isDeployed = true,
  name,
}: Pick<Asked, "isDeployed" | "name">): string {
  return isDeployed
    ? `deploy the stack again (npm run deploy -- ${name})`
    : `no state here knows a deploy of the stack: npm run adopt -- ${name} shows what becomes of what is there`;
}

/** Why the connector refuses whoever Access admits. */
export function distrust(
  asked: Pick<Asked, "isDeployed" | "name" | "rule">,
): Explanation {
  const why = asked.rule?.distrust;
  return {
    by: "the connector",
    cause: `the tunnel's rule does not trust Access's token of this application${why === undefined ? "" : `: ${why}`}`,
    remedy: `${writtenAgain(asked)}; docker logs cloudflared names the reason`,
  };
}

/** Why the connector refuses what Access has let past without looking. */
function withoutJwt(bypasses: readonly string[] = []): Explanation {
  const names = bypasses.map((name) => `"${name}"`).join(", ");
  return {
    by: "the connector",
    cause: `Access lets it past ${names ? `by a Bypass (${names})` : "without a login"}, and the tunnel's rule demands a JWT of Access, ${names ? "which a Bypass does not give" : "which it then does not have"}`,
    remedy: `take ${names ? `the Bypass ${names}` : "what lets it past (a Bypass)"} out of the application that covers the host (Zero Trust, Access controls, Applications): whom it matches then logs in, or sends a service token`,
  };
}

function guard(hostname: string): Explanation {
  return {
    by: "the service",
    cause:
      "the service itself refuses, without a word: by its own check of Host, Origin or Sec-Fetch-Site, for example ComfyUI's",
    remedy: `look at the service's log for what it misses; if main.ts sets another httpHostHeader, set "${hostname}" and deploy`,
  };
}

/** Whether a Caddy is on the way that may have answered by itself. */
function mayBeCaddy(
  { headers }: Answer,
  { answersElsewhere, rule }: Asked,
): boolean {
  return rule?.direct !== true && !answersElsewhere && !viaCaddy(headers);
}

/** Whether Caddy says that it only passed the answer on, as it does since 2.9. */
function viaCaddy(headers: Headers): boolean {
  return /caddy/i.test(headers.get("via") ?? "");
}

/** An empty 200 that is no word of the service. */
function unknownHost(hostname: string, rule?: ReachedRule): Explanation {
  const host = rule?.host?.replace(/:\d+$/, "") ?? hostname;
  const other = host !== hostname;
  return {
    by: "Caddy",
    cause: `an empty 200, as from Caddy where no site of its Caddyfile is for ${host}${other ? ", the Host that httpHostHeader sends there" : ""}`,
    remedy: other
      ? `take httpHostHeader out of main.ts and deploy, or give Caddy the file of \`npm run caddyfile\`, which has http://${host}`
      : `add http://${host} { … } to the Caddyfile, and reload Caddy; or have serviceUrl lead to the service itself`,
  };
}

/** Cloudflare's page takes the place of every 502 and 504, whoever answered it. */
function badGateway(rule: ReachedRule | undefined): readonly Explanation[] {
  const to = rule?.service ?? "the service that its rule names";
  const seen =
    "on the host: docker logs cloudflared says which; docker compose ps shows whether all run";
  const certificate =
    rule === undefined ? ", or does not trust its certificate" : "";
  return [
    rule?.verifies === true
      ? {
          by: "the connector",
          cause: `the connector does not trust the certificate of ${to}, or does not reach it`,
          remedy: `${seen} ("x509" or "certificate" in it means the certificate: set origin.originServerName in main.ts to the name that it is for, or origin.caPool to the file of whoever signed it, and deploy)`,
        }
      : {
          by: "the connector",
          cause: `the connector does not reach ${to}${certificate}, or can't verify Access's token`,
          remedy: seen,
        },
    rule?.direct === true
      ? {
          by: "the service",
          cause: "the service itself answers so",
          remedy: "look at its log",
        }
      : {
          by: "Caddy",
          cause: "Caddy does not reach the service, or passes on its own 502",
          remedy:
            "docker logs of Caddy and of the service; ask the service's own address from Caddy's container",
        },
  ];
}

/** Seen from the host itself: only there Caddy's name is not replaced by Cloudflare's. */
function byCaddyItself({
  headers,
  status,
  text,
}: Answer): readonly Explanation[] {
  if (headers.get("server") !== "Caddy" || text !== "") return [];
  return [
    {
      by: "Caddy",
      cause:
        status >= 500
          ? "Caddy does not reach the service"
          : "Caddy has no site for this host in its Caddyfile",
      remedy: "look at the Caddyfile and at Caddy's log",
    },
  ];
}

const OWN_WORDS: ReadonlyMap<number, readonly [string, string]> = new Map([
  [
    401,
    [
      "the service asks for a login or key of its own",
      "send what the service itself asks for: Access has let the request in",
    ],
  ],
  [
    403,
    [
      "the service itself refuses: by its own permissions, or a check of Host, Origin or address",
      "look at its log: Access has let the request in",
    ],
  ],
  [
    404,
    [
      "the service has no such path",
      "compare the path with the service's own API, and its version",
    ],
  ],
  [
    413,
    [
      "the body is larger than the service itself takes",
      "raise the service's own limit (its preset in services/ may name it), or send less at a time",
    ],
  ],
]);

function byService({
  status,
  text,
}: Pick<Answer, "status" | "text">): Explanation {
  const known = knownWords(text);
  if (known) return { by: "the service", ...known };
  if (status === 200 && text === "")
    return {
      by: "the service",
      cause: "the service itself answers 200 with nothing in it",
      remedy:
        "look at its log, and at what it answers on the machine that it runs on",
    };
  const [cause, remedy] =
    OWN_WORDS.get(status) ??
    (status >= 500
      ? [`the service itself failed with ${status}`, "look at its log"]
      : [
          `the service itself answers ${status}`,
          "compare the request with the service's own API",
        ]);
  return { by: "the service", cause, remedy };
}
