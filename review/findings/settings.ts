import { isDeepStrictEqual } from "node:util";
import { goDuration } from "../../base/duration";
import type { CorsHeaders } from "../../access/model";
import { resourcesOf, type Application, type Policy } from "../change";
import { listOf, type Finding, type PlanLook } from "./finding";
import { policyChanges } from "./policy-changes";
import { duration } from "./sessions";

/** A setting that is other than before, most often lower: what it is, and what that means. */
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
    remedy: "make sure this is intended",
  }));
}

/** A terminal or a remote desktop in the browser is another way in than a page. */
function types(before: Application | undefined, after: Application): Lowered[] {
  const [was, is] = [before?.type, after.type];
  return was && is && was !== is
    ? [
        {
          id: "application-type",
          text: `type changes from ${was} to ${is}`,
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
    "the page's scripts can now read the login cookie",
  ],
  [
    "enable_binding_cookie",
    false,
    "binding-cookie-lost",
    "the binding cookie is no longer set: a copied login cookie works in another browser",
  ],
  [
    "path_cookie_attribute",
    false,
    "path-cookie-lost",
    "the login cookie is now sent for the whole host, not only for the path",
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
                ? "requests from pages of other sites now carry the login cookie (SameSite none)"
                : "links from other sites now send the login cookie (SameSite lax)",
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
            text: "other sites can now embed it in a frame (clickjacking)",
          },
        ]
      : []),
    ...(gained("skip_interstitial")
      ? [
          {
            id: "interstitial-skipped",
            text: "a terminal in the browser now opens without a click: following a link is enough",
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
            `pages of ${origins === "all" ? "all other sites" : listOf(origins)} can now read its responses (CORS)`,
          ),
        ]
      : []),
    ...(methods
      ? [
          says(
            "cors-methods",
            `pages that CORS allows can now send ${methods === "all" ? "requests with any method" : listOf(methods)}`,
          ),
        ]
      : []),
    ...(headers
      ? [
          says(
            "cors-headers",
            `pages that CORS allows can now send ${headers === "all" ? "any header" : `the headers ${listOf(headers)}`}`,
          ),
        ]
      : []),
    ...(is.allow_credentials && !was?.allow_credentials
      ? [
          says(
            "cors-credentials",
            "requests from pages that CORS allows now carry the login: they act as the logged-in user",
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
            text: `people who are refused are now sent to ${is}, a page that could ask for a password in the service's name`,
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
          text: `people who are refused now see the account's own page ${listOf(fresh)}, which could ask for a password in the service's name`,
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
        text: `session duration is no longer set here (was ${duration(was / 1000)}): the application's applies`,
      },
    ];
  return was === undefined || is === undefined || is <= was
    ? []
    : [
        {
          id: "session-longer",
          text: `session duration changes from ${duration(was / 1000)} to ${duration(is / 1000)}`,
        },
      ];
}

/** A session that ends sooner than before. */
export function shorterSession(
  before: WithSession,
  after: WithSession,
): Lowered[] {
  const [was = 0, is = 0] = [before, after].map((one) =>
    goDuration(one.session_duration ?? ""),
  );
  return is >= was
    ? []
    : [
        {
          id: "session-shorter",
          text: `people log in again after ${duration(is / 1000)} (was ${duration(was / 1000)})`,
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
            text: `sessions are now approved by ${listOf(others)} (was ${listOf(asked)})`,
          },
        ]
      : []),
    ...(is < was
      ? [
          {
            id: "approval-lowered",
            text: `sessions ${is === 0 ? "no longer need approval" : `now need ${is} ${is === 1 ? "approval" : "approvals"}`} (was ${was})`,
          },
        ]
      : []),
    ...(lost("isolation_required")
      ? [
          {
            id: "isolation-lost",
            text: "browser isolation is no longer required",
          },
        ]
      : []),
    ...(lost("purpose_justification_required")
      ? [
          {
            id: "justification-lost",
            text: "people no longer have to give a reason for access",
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

/** How many have to agree to a session. */
export function approvals({
  approval_groups: groups,
  approval_required: required,
}: Policy) {
  if (!required) return 0;
  return (groups ?? []).reduce(
    (sum, { approvals_needed: needed }) => sum + (needed ?? 1),
    0,
  );
}
