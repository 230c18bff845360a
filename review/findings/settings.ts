import { isDeepStrictEqual } from "node:util";
import { goDuration } from "../../base/duration";
import type { CorsHeaders } from "../../access/model";
import { resourcesOf, type Application, type Policy } from "../change";
import { listOf, type Finding, type PlanLook } from "./finding";
import { policyChanges } from "./policy-changes";
import { duration } from "./sessions";

/** A setting that protects less than before: what it is, and what that means. */
export interface Lowered {
  readonly id: string;
  readonly text: string;
}

/**
 * Settings of applications and policies that decide nothing and protect a
 * login: each that is lower than before, or than Cloudflare's default where
 * there was none.
 */
export const settings: PlanLook = ({ change: { plans } }) => [
  ...resourcesOf(plans, "application").flatMap(
    ({ action, after, before }): Finding[] =>
      after === undefined || action === "no-op" || action === "forget"
        ? []
        : worded(
            [
              ...types(before, after),
              ...cookies(before, after),
              ...frames(before, after),
              ...cors(before?.cors_headers, after.cors_headers),
              ...denyPages(before, after),
              ...otherPages(before, after),
              ...session(before && withDefault(before), withDefault(after)),
            ],
            after.name ?? after.domain ?? "an application",
          ),
  ),
  ...policyChanges(plans).flatMap(({ after, before, isUnknown, subject }) =>
    worded(
      [
        ...demands(before, after),
        ...(isUnknown("session_duration") ? [] : session(before, after)),
      ],
      subject,
    ),
  ),
];

function worded(lowered: readonly Lowered[], subject: string): Finding[] {
  return lowered.map((one) => ({
    ...one,
    severity: "warning",
    subject,
    remedy: "see that it is meant",
  }));
}

/** A terminal or a remote desktop in the browser is another way in than a page. */
function types(before: Application | undefined, after: Application): Lowered[] {
  const [was, is] = [before?.type, after.type];
  return was && is && was !== is
    ? [
        {
          id: "application-type",
          text: `it is of the type ${is} from now on, and not ${was}`,
        },
      ]
    : [];
}

/** What weakens a login where it comes or goes: attribute, value that does, what that means. */
const SWITCHES = [
  [
    "http_only_cookie_attribute",
    false,
    "http-only-lost",
    "scripts of the page can read the login's cookie from now on",
  ],
  [
    "enable_binding_cookie",
    false,
    "binding-cookie-lost",
    "no second cookie binds a login to one browser any more: a copied cookie works elsewhere",
  ],
  [
    "path_cookie_attribute",
    false,
    "path-cookie-lost",
    "the login's cookie is sent for the whole host from now on, not for the path alone",
  ],
] as const;

const DEFAULTS = {
  http_only_cookie_attribute: true,
  enable_binding_cookie: false,
  path_cookie_attribute: false,
};

/** From the weakest to the strongest; browsers take none for `lax`. */
const SAME_SITE = ["none", "lax", "strict"];

function cookies(
  before: Application | undefined,
  after: Application,
): Lowered[] {
  const switched = SWITCHES.filter(([name, weak]) => {
    const [was, is] = [before, after].map(
      (one) => one?.[name] ?? DEFAULTS[name],
    );
    return was !== is && is === weak;
  }).map(([, , id, text]) => ({ id, text }));
  const [was, is] = [before, after].map(
    (one) => one?.same_site_cookie_attribute || "lax",
  );
  const rank = (value = "") => SAME_SITE.indexOf(value);
  return [
    ...switched,
    ...(rank(is) < rank(was)
      ? [
          {
            id: "same-site-lowered",
            text:
              is === "none"
                ? "requests that pages of other sites make carry the login's cookie from now on (SameSite none)"
                : "the login's cookie comes along from links of other sites from now on (SameSite lax)",
          },
        ]
      : []),
  ];
}

function frames(before: Application | undefined, after: Application) {
  const gained = (name: "allow_iframe" | "skip_interstitial") =>
    after[name] === true && before?.[name] !== true;
  return [
    ...(gained("allow_iframe")
      ? [
          {
            id: "iframe-allowed",
            text: "pages of other hosts can show it in a frame from now on, and lead its users to click there",
          },
        ]
      : []),
    ...(gained("skip_interstitial")
      ? [
          {
            id: "interstitial-skipped",
            text: "a browser's terminal starts without a click from now on: a link is enough",
          },
        ]
      : []),
  ];
}

function cors(
  was: CorsHeaders | null | undefined,
  is: CorsHeaders | null | undefined,
): Lowered[] {
  if (!is) return [];
  const origins = added(
    was?.allow_all_origins,
    was?.allowed_origins,
    is.allow_all_origins,
    is.allowed_origins,
  );
  const methods = added(
    was?.allow_all_methods,
    was?.allowed_methods,
    is.allow_all_methods,
    is.allowed_methods,
  );
  const headers = added(
    was?.allow_all_headers,
    was?.allowed_headers,
    is.allow_all_headers,
    is.allowed_headers,
  );
  const says = (id: string, text: string) => ({ id, text });
  return [
    ...(origins
      ? [
          says(
            "cors-origins",
            `pages of ${origins === "all" ? "all other hosts" : listOf(origins)} can read its answers from now on (CORS)`,
          ),
        ]
      : []),
    ...(methods
      ? [
          says(
            "cors-methods",
            `pages that CORS allows can send ${methods === "all" ? "requests of every method" : listOf(methods)} from now on`,
          ),
        ]
      : []),
    ...(headers
      ? [
          says(
            "cors-headers",
            `pages that CORS allows can send ${headers === "all" ? "every header" : `the headers ${listOf(headers)}`} from now on`,
          ),
        ]
      : []),
    ...(is.allow_credentials && !was?.allow_credentials
      ? [
          says(
            "cors-credentials",
            "requests of the pages that CORS allows carry the login from now on: they act as whoever is logged in",
          ),
        ]
      : []),
  ];
}

/** What a list has come to allow: all, or the names that are new in it. */
function added(
  wasAll: boolean | null | undefined,
  was: readonly string[] | null | undefined,
  isAll: boolean | null | undefined,
  is: readonly string[] | null | undefined,
): "all" | readonly string[] | undefined {
  if (wasAll) return undefined;
  if (isAll) return "all";
  const fresh = (is ?? []).filter((name) => !was?.includes(name));
  return fresh.length > 0 ? fresh : undefined;
}

function denyPages(
  before: Application | undefined,
  after: Application,
): Lowered[] {
  if (before === undefined) return [];
  const pages = ["custom_deny_url", "custom_non_identity_deny_url"] as const;
  return pages.flatMap((name) => {
    const [was, is] = [before[name] || "", after[name] || ""];
    return is === "" || hostOf(is) === hostOf(was)
      ? []
      : [
          {
            id: "deny-page",
            text: `who is refused is sent to ${is} from now on: that page can ask for a password in the service's name`,
          },
        ];
  });
}

/** Pages of the account's own, by their ids. */
function otherPages(
  before: Application | undefined,
  after: Application,
): Lowered[] {
  const fresh = (after.custom_pages ?? []).filter(
    (id) => !before?.custom_pages?.includes(id),
  );
  return before === undefined || fresh.length === 0
    ? []
    : [
        {
          id: "deny-page",
          text: `who is refused sees the account's own page ${listOf(fresh)} from now on: that page can ask for a password in the service's name`,
        },
      ];
}

function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : url;
}

interface WithSession {
  readonly session_duration?: string | null;
}

/** What an application that says nothing goes by. */
export function withDefault({
  session_duration: given,
}: WithSession): WithSession {
  return { session_duration: given || "24h" };
}

export function session(
  before: WithSession | undefined,
  after: WithSession,
): Lowered[] {
  const [was, is] = [before, after].map((one) =>
    goDuration(one?.session_duration ?? ""),
  );
  if (was !== undefined && !after.session_duration)
    return [
      {
        id: "session-longer",
        text: `how long a login lasts is no longer said here, where it was ${duration(was / 1000)}: it lasts as long as the application says`,
      },
    ];
  return was === undefined || is === undefined || is <= was
    ? []
    : [
        {
          id: "session-longer",
          text: `a login lasts ${duration(is / 1000)} from now on, and not ${duration(was / 1000)}`,
        },
      ];
}

/** What a policy no longer asks of those whom it lets in. */
export function demands(before: Policy | undefined, after: Policy): Lowered[] {
  if (before === undefined) return [];
  const lost = (
    name: "isolation_required" | "purpose_justification_required",
  ) => before[name] === true && after[name] !== true;
  const [was, is] = [approvals(before), approvals(after)];
  const [asked, others] = [approvers(before), approvers(after)];
  return [
    ...(was > 0 && is > 0 && !isDeepStrictEqual(asked, others)
      ? [
          {
            id: "approvers-changed",
            text: `${listOf(others)} approve sessions from now on, and not ${listOf(asked)}`,
          },
        ]
      : []),
    ...(is < was
      ? [
          {
            id: "approval-lowered",
            text: `${is === 0 ? "nobody has" : `${is} people have`} to approve a session from now on, and not ${was}`,
          },
        ]
      : []),
    ...(lost("isolation_required")
      ? [
          {
            id: "isolation-lost",
            text: "the application is no longer shown in a remote browser",
          },
        ]
      : []),
    ...(lost("purpose_justification_required")
      ? [
          {
            id: "justification-lost",
            text: "people no longer say why they need to get in",
          },
        ]
      : []),
  ];
}

/** Who may approve, of each group. */
function approvers({ approval_groups: groups }: Policy): string[] {
  return (groups ?? [])
    .map(({ email_addresses: addresses, email_list_uuid: list }) =>
      [
        ...[...(addresses ?? [])].sort(),
        ...(list ? [`the e-mail list ${list}`] : []),
      ].join(" or "),
    )
    .sort();
}

function approvals({
  approval_groups: groups,
  approval_required: required,
}: Policy) {
  if (!required) return 0;
  return (groups ?? []).reduce(
    (sum, { approvals_needed: needed }) => sum + (needed ?? 1),
    0,
  );
}
