import type { Application, Policy } from "../access/model";
import { goDuration } from "../base/duration";
import { DEFAULT_PROVIDER, isOlder, SINCE } from "../base/provider-versions";
import { closestSession, SESSIONS } from "../base/session-length";
import { differing, shown } from "../providers/existing-application/document";
import { isJsonObject, type JsonObject } from "../providers/tunnel-route/json";
import { admission, type Admission } from "./access";
import { EVERYONE_UNKEPT } from "./access-rows";
import { camelCased, literal } from "./as-props";
import {
  groupsIn,
  hostAccess,
  isInside,
  names,
  policiesOf,
} from "./host-access";
import { documentOf } from "./one-application";
import { unsaid } from "./people";
import {
  UNTOUCHED,
  type Change,
  type Line,
  type Part,
  type Row,
  type Scene,
} from "./survey";

const DEFAULT_SESSION = "24h";

/**
 * The policies that decide for the host so far, and whom they name.
 *
 * @param isApart whether the stack makes an application of its own next to this one
 */
export async function policies(
  scene: Scene,
  application: Application,
  { isApart = false } = {},
): Promise<Part> {
  const { account, service } = scene;
  const [all, groups] = await Promise.all([
    account.applications(),
    account.groups(),
  ]);
  const listed = policiesOf(application);
  const admitted = await admission(scene, application, isApart);
  const rows: Row[] = [];
  const lines: Line[] = [];
  for (const policy of listed) {
    const users = usersOf(policy, application, all);
    const differs = differences(scene, application, policy, admitted);
    rows.push({
      ...named(policy),
      ...becomingOf(policy, {
        apart: isApart && { application, hostname: service.hostname },
        changes: differs.changes,
        users,
      }),
    });
    if (isApart || !isInside(policy)) lines.push(...differs.lines);
  }
  const groupsNamed = groupsIn(listed, groups);
  rows.push(
    ...groupsNamed.map(({ id, name }): Row => ({
      kind: "group",
      name: name ?? "",
      id: id ?? undefined,
      becomes: "left alone",
      why: `named by ${[...listed, ...groupsNamed]
        .filter((one) => names(one, "group", id))
        .map((one) => one.name)
        .join(", ")}`,
      afterDestroy: UNTOUCHED,
    })),
  );
  const written = [...mostCautious(lines), ...admitted.lines];
  return {
    rows: [...rows, ...admitted.rows],
    lines: [
      ...written,
      ...providerLine(written, account.settings.cloudflareProviderVersion),
    ],
  };
}

/** The stack's own policies that the next deploy writes otherwise: whom they admit has rows of its own. */
export async function ownPolicies({ account, own }: Scene): Promise<Row[]> {
  const all = await account.policies();
  return own
    .filter(({ type }) => type === "cloudflare_zero_trust_access_policy")
    .flatMap(({ id, values }): Row[] => {
      const policy = all.find((one) => one.id === id);
      if (policy === undefined) return [];
      const names = ["name", "session_duration", ...DEMANDS];
      const asking = (one: JsonObject): JsonObject => ({
        session_duration: DEFAULT_SESSION,
        ...Object.fromEntries(
          names.flatMap((name) =>
            one[name] === null || one[name] === undefined
              ? []
              : [[name, one[name]]],
          ),
        ),
      });
      const [before, after] = [documentOf(policy), values].map(asking);
      const changes = differing(before!, after!).map((attribute) => ({
        attribute,
        before: shown(before![attribute]),
        after: shown(after![attribute]),
      }));
      return changes.length === 0
        ? []
        : [
            {
              ...named(policy),
              becomes: "the stack's own",
              why: "deployed; the next deploy writes what main.ts says",
              changes,
              afterDestroy: "deleted",
            },
          ];
    });
}

/** What a line may say that only a newer version of Cloudflare's provider knows. */
const NEWER: readonly (readonly [RegExp, what: string, since: string])[] = [
  [/^policy: .*\bmfaConfig:/, "mfaConfig", SINCE.policyMfa],
  [/"user_risk_score"/, "user_risk_score", SINCE.userRiskScore],
  [
    /AccessRule\.cloudflareAccountMember\(/,
    "cloudflareAccountMember",
    SINCE.accountMember,
  ],
];

/**
 * The policies of an application of a path that the stack takes over.
 *
 * @param isForPeople whether the stack's policy for people decides there
 */
export async function pathPolicies(
  scene: Scene,
  application: Application,
  isForPeople: boolean,
): Promise<Row[]> {
  const all = await scene.account.applications();
  const { stated } = await hostAccess(scene, application, true);
  const admitted = { people: stated.people, written: stated.people };
  return policiesOf(application).map((policy) => ({
    ...named(policy),
    ...becomingOf(policy, {
      apart: false,
      changes: isForPeople
        ? differences(scene, application, policy, admitted).changes
        : [],
      users: usersOf(policy, application, all),
    }),
  }));
}

function named(policy: Policy) {
  return {
    kind: "policy",
    name: `${policy.name ?? ""} (${policy.decision ?? ""})`,
    id: policy.id ?? undefined,
  };
}

/** The other applications that list a policy. */
function usersOf(
  policy: Policy,
  application: Application,
  all: readonly Application[],
): Application[] {
  return all.filter(
    (other) =>
      other.id !== application.id &&
      policiesOf(other).some(({ id }) => id === policy.id),
  );
}

/** The oldest version that knows all that the lines say, where the settings' does not. */
function providerLine(
  lines: readonly Line[],
  version = DEFAULT_PROVIDER,
): Line[] {
  const newer = NEWER.filter(
    ([said, , since]) =>
      isOlder(version, since) && lines.some(({ text }) => said.test(text)),
  );
  const [first = "", ...others] = newer.map(([, , since]) => since);
  if (newer.length === 0) return [];
  const oldest = others.reduce(
    (one, other) => (isOlder(one, other) ? other : one),
    first,
  );
  const isNeeded = lines.some(
    ({ does, text }) =>
      does === "needed" && newer.some(([said]) => said.test(text)),
  );
  return [
    {
      file: ".env",
      text: `CLOUDFLARE_PROVIDER_VERSION=${JSON.stringify(oldest)}, which knows ${newer.map(([, what]) => what).join(", ")}`,
      does: isNeeded ? "needed" : "keeps",
    },
  ];
}

/** What becomes of one policy, and what a destroy leaves of it. */
function becomingOf(
  policy: Policy,
  {
    apart,
    changes,
    users,
  }: {
    readonly apart:
      { readonly application: Application; readonly hostname: string } | false;
    readonly changes: readonly Change[];
    readonly users: readonly Application[];
  },
): Pick<Row, "becomes" | "why" | "changes" | "afterDestroy"> {
  if (apart)
    return {
      becomes: "left alone",
      why: `stays with ${apart.application.name}; for ${apart.hostname} the stack's policies decide instead`,
      changes,
      afterDestroy: UNTOUCHED,
    };
  if (isInside(policy))
    return {
      becomes: "left alone",
      why: "written inside the application: it stays, comes first, and admits whoever it admits",
      afterDestroy: UNTOUCHED,
    };
  return {
    becomes: "left alone",
    why: `the application lists the stack's policies instead; this one stays in the account${users.length > 0 ? ` (also of ${users.map(({ name }) => name).join(", ")})` : ""}`,
    changes,
    afterDestroy: "listed again",
  };
}

/** What people's policies ask for, beyond who they are. */
const DEMANDS = [
  "purpose_justification_required",
  "purpose_justification_prompt",
  "approval_groups",
  "isolation_required",
  "mfa_config",
] as const;

/** What the stack's own policy for people does not have of one that it replaces. */
function differences(
  { own }: Scene,
  application: Application,
  policy: Policy,
  { people: stated, written }: Pick<Admission, "people" | "written">,
): { readonly changes: readonly Change[]; readonly lines: readonly Line[] } {
  const still = written && unsaid(policy, written);
  const left = unsaid(policy, stated).map((one): Change => ({
    ...one,
    after: "not named by the stack",
    ...(still?.some(
      ({ attribute, before }) =>
        attribute === one.attribute && before === one.before,
    ) && {
      unkept:
        one.attribute === "admits"
          ? EVERYONE_UNKEPT
          : "nobody gets in or is refused by it",
    }),
  }));
  if (policy.decision !== "allow") return { changes: left, lines: [] };
  const people: JsonObject =
    own.find(
      ({ type, values }) =>
        type === "cloudflare_zero_trust_access_policy" &&
        values.decision === "allow",
    )?.values ?? {};
  const before: JsonObject = isJsonObject(policy) ? policy : {};
  const changes: Change[] = [];
  const lines: Line[] = [];
  const was =
    policy.session_duration ?? application.session_duration ?? DEFAULT_SESSION;
  const is = String(people["session_duration"] ?? DEFAULT_SESSION);
  if (goDuration(was) !== goDuration(is)) {
    const closest = closestSession(was);
    changes.push({
      attribute: "session of people",
      before: was,
      after: is,
      ...(closest !== undefined && {
        unkept: `no line keeps it: sessionDuration takes ${SESSIONS.shortest} to ${SESSIONS.longest}`,
      }),
    });
    const kept = closest ?? was;
    if (goDuration(kept) !== goDuration(is))
      lines.push(
        keeps(
          `sessionDuration: ${JSON.stringify(kept)},${closest === undefined ? "" : ` // the closest to ${was}`}`,
        ),
      );
  }
  const lost = DEMANDS.filter(
    (name) =>
      literal(before[name]) !== undefined &&
      before[name] !== false &&
      isAskedFor(name, before) &&
      literal(people[name]) === undefined,
  );
  changes.push(
    ...lost.map((attribute) => ({
      attribute,
      before: shown(before[attribute]),
      after: "not asked for",
    })),
  );
  const asked = literal(
    camelCased(Object.fromEntries(lost.map((name) => [name, before[name]]))),
  );
  if (asked !== undefined) lines.push(keeps(`policy: ${asked},`));
  return { changes: [...changes, ...left], lines };
}

/** A prompt says nothing where nobody has to answer, nor do those whom nobody has to ask. */
function isAskedFor(
  name: (typeof DEMANDS)[number],
  policy: JsonObject,
): boolean {
  if (name === "purpose_justification_prompt")
    return policy["purpose_justification_required"] === true;
  return name !== "approval_groups" || policy["approval_required"] === true;
}

function keeps(text: string): Line {
  return { file: "main.ts", text, does: "keeps" };
}

/** Of several sessions the shortest, as one policy replaces all of them. */
function mostCautious(lines: readonly Line[]): Line[] {
  const seconds = ({ text }: Line) =>
    goDuration(/^sessionDuration: "(.*?)",/.exec(text)?.[1] ?? "") ?? Infinity;
  const [shortest] = lines
    .filter((line) => seconds(line) < Infinity)
    .sort((a, b) => seconds(a) - seconds(b));
  return lines.filter(
    (line, at) =>
      (seconds(line) === Infinity || line === shortest) &&
      lines.findIndex(({ text }) => text === line.text) === at,
  );
}
