import type { Application, Policy } from "../access/model";
import { isWholeHost } from "../access/whole-host";
import { cuttingBypass } from "../review/past-access";
import { refusalOf } from "../providers/existing-application/messages";
import type { ServiceToken } from "../review/change";
import { DnsNames } from "../dns/dns-names";
import { isOneTimePin, ONE_TIME_PIN } from "../base/one-time-pin";
import {
  hostAccess,
  inOrder,
  isInside,
  policiesOf,
  turns,
  type HostAccess,
  type Rules,
  type Stated,
  type TokenEntry,
} from "./host-access";
import type { Cell } from "../review/matrix";
import { becomingOf, isPerson, gainsIn, rowsOf, sameCell } from "./access-rows";
import { asOnePolicy, joined, linesFor, withoutEveryone } from "./people";
import { documentOf } from "./one-application";
import { describeRule, ruleKey } from "./rule-text";
import {
  UNTOUCHED,
  type Line,
  type Part,
  type Row,
  type Scene,
} from "./survey";
import { tokenLine, tokensToday, type TokenToday } from "./tokens";

/** Who gets in today by an application, and what becomes of each by the stack. */
export interface Admission extends Part {
  /** What the code states of people. */
  readonly people: Rules;
  /** The same once the lines are written; undefined where no lines say all of it. */
  readonly written: Rules | undefined;
}

/**
 * Asks the decision engine for everybody before and after, and finds the lines
 * after which nothing of it changes. What no lines can say is in the way.
 *
 * @param isApart whether the stack makes an application of its own next to this one
 */
export async function admission(
  scene: Scene,
  application: Application,
  isApart: boolean,
): Promise<Admission> {
  const access = await hostAccess(scene, application, isApart);
  const { stated } = access;
  const { hostname } = scene.service;
  const draft = draftOf(scene, access, application, isApart);
  const { isSaid, listed, methods, missing, stays, tokens, wanted } = draft;
  const before = access.before(inOrder([...sentToLogin(tokens), ...listed]));
  const asItIs = turns(
    before,
    access.after({
      ...stated,
      tokens: [
        ...stated.tokens,
        ...missing.flatMap(({ entries, isThere }) => (isThere ? [] : entries)),
      ],
    }),
    hostname,
  );
  const asWritten = turns(before, access.after(draft.code), hostname);
  const isAverted = gainsIn(asItIs).some(
    (gain) => !gainsIn(asWritten).some((other) => sameCell(gain, other)),
  );
  const lines = [
    ...(isSaid ? linesFor(wanted, stated.people, access.groups) : []),
    ...methods.lines,
  ].map((line): Line =>
    isAverted && NARROWING.test(line.text) ? { ...line, does: "needed" } : line,
  );
  return {
    people: stated.people,
    written: isSaid ? wanted : undefined,
    rows: [
      ...tokens.map(({ row }) => row),
      ...(isSaid ? [] : [notSaid(listed)]),
      ...cutOff(scene, isSaid ? asWritten : asItIs, tokens),
      ...rowsOf(
        unopened(scene, asItIs).filter((cell) => !cuttingBypass(cell)),
        isSaid ? unopened(scene, asWritten) : [],
      ),
    ],
    lines: [
      ...lines,
      ...promiseLine(scene, access, stays, isSaid ? wanted : stated.people),
      ...tokenLine(
        missing.flatMap(({ entries, name, token }) =>
          entries.map((entry, at) => ({
            token,
            entry,
            ...(at === 0 && { name }),
          })),
        ),
        {
          isMore: stated.tokens.length > 0 || scene.makesTokens,
          isThere: missing.some(({ isThere }) => isThere),
          taken: scene.parts,
        },
      ),
    ],
  };
}

/** What the code has to say so that those who get in today still do. */
interface Draft {
  /** The policies that decide today, in their order. */
  readonly listed: readonly Policy[];
  /** Those of them that were written inside the application, and stay. */
  readonly stays: readonly Policy[];
  readonly tokens: readonly TokenToday[];
  readonly missing: readonly Missing[];
  /** Whether one policy can say whom the listed ones admit. */
  readonly isSaid: boolean;
  readonly wanted: Rules;
  readonly methods: ReturnType<typeof loginMethodLine>;
  /** What the code states once the lines are written. */
  readonly code: Stated;
}

function draftOf(
  scene: Scene,
  access: HostAccess,
  application: Application,
  isApart: boolean,
): Draft {
  const { stated } = access;
  const { hostname } = scene.service;
  const listed = sorted(policiesOf(application));
  const stays = isApart ? [] : listed.filter(isInside);
  const tokens = tokensToday(access, listed, { isApart, now: new Date() });
  const missing = tokens.flatMap((one) => missingOf(scene, stated, one));
  const today = asOnePolicy(listed.filter((policy) => !stays.includes(policy)));
  const isSaid = isSame(access, { listed, stays, today, hostname });
  const wanted = joined(stated.people, withoutEveryone(today));
  const methods = loginMethodLine(access, application);
  const changed = new Set(
    missing.flatMap(({ entries }) => entries.map(({ existing }) => existing)),
  );
  return {
    ...{ listed, stays, tokens, missing, isSaid, wanted, methods },
    code: {
      people: isSaid ? wanted : stated.people,
      loginMethods: methods.ids,
      tokens: [
        ...stated.tokens.filter(({ existing }) => !changed.has(existing)),
        ...missing.flatMap(({ entries }) => entries),
      ],
    },
  };
}

/**
 * The same for a host that a rule answers for and no application covers as a
 * whole: nothing protects it, or the rule refuses everyone.
 */
export async function admissionByRule(scene: Scene): Promise<readonly Row[]> {
  const { account, service } = scene;
  const [access, records] = await Promise.all([
    hostAccess(scene, {}, true),
    account.records(service.hostname),
  ]);
  const names = new DnsNames(records);
  const isReached =
    access.isAnswered && names.destination(service.hostname).kind === "tunnel";
  return isReached
    ? rowsOf(
        unopened(
          scene,
          turns(
            access.before([]),
            access.after(access.stated),
            service.hostname,
          ),
        ),
      )
    : [];
}

/** The same for one that is deployed: what the code lets in that the last deploy did not, or no more. */
export async function admissionDeployed(
  scene: Scene,
  application: Application,
): Promise<readonly Row[]> {
  const access = await hostAccess(scene, application, false);
  return rowsOf(
    unopened(
      scene,
      turns(
        access.before(policiesOf(application)),
        access.after(access.stated),
        scene.service.hostname,
      ).filter(
        // By another policy, or through another tunnel, they get in as before.
        (cell) =>
          becomingOf(cell) !== "changes" ||
          cell.before.outcome !== cell.after.outcome,
      ),
    ),
  );
}

/**
 * Who gets in at a path of the host, and below it, other than today, once the
 * lines for the whole host are written.
 *
 * @param decides the application of the whole host, today
 */
export async function pathTurns(
  scene: Scene,
  decides: Application = {},
  path: string,
): Promise<Cell[]> {
  const { applications, hostname } = scene.service;
  const access = await hostAccess(scene, decides, true);
  const isDeployed = applications.some(
    ({ domain, id }) => isWholeHost(domain, hostname) && id !== undefined,
  );
  const isApart = refusalOf(documentOf(decides), hostname) !== undefined;
  return turns(
    access.before(policiesOf(decides)),
    access.after(
      isDeployed || decides.id === undefined
        ? access.stated
        : draftOf(scene, access, decides, isApart).code,
    ),
    hostname,
  ).filter(({ place }) => isOfPath(place.path, path));
}

function isOfPath(path: string, wider: string): boolean {
  return path === wider || path.startsWith(`${wider}/`);
}

/** Without those for whom lines that open paths change nothing. */
function unopened({ opens = [] }: Scene, cells: readonly Cell[]): Cell[] {
  return cells.filter(
    ({ before, place }) =>
      before.outcome !== "open" ||
      !opens.some((open) => isOfPath(place.path, open)),
  );
}

/** Names of the tokens that work by an application. */
export async function tokensAdmitted(
  { account }: Pick<Scene, "account">,
  application: Application,
): Promise<string[]> {
  const [groups, tokens] = await Promise.all([
    account.groups(),
    account.serviceTokens() as Promise<readonly ServiceToken[]>,
  ]);
  const listed = sorted(policiesOf(application));
  return tokensToday({ groups, tokens }, listed, {
    isApart: true,
    now: new Date(),
  })
    .filter(({ entries }) => entries.length > 0)
    .map(({ token }) => token.name ?? token.id);
}

/** Lines without which somebody gets in who does not today. */
const NARROWING = /^(denied|required|policy|loginMethod):/;

/** In the order in which Access takes them. */
function sorted(policies: readonly Policy[]): Policy[] {
  return policies.every(({ precedence }) => typeof precedence === "number")
    ? [...policies].sort((a, b) => (a.precedence ?? 0) - (b.precedence ?? 0))
    : [...policies];
}

/** Tokens that an Allow policy names count as in use, though it sends them to the login. */
function sentToLogin(tokens: readonly TokenToday[]): Policy[] {
  return tokens
    .filter(({ isSentToLogin }) => isSentToLogin)
    .flatMap(({ by, entries }) =>
      entries.map(({ exclude, existing, require }): Policy => ({
        name: by,
        decision: "non_identity",
        include: [{ service_token: { token_id: existing } }],
        require,
        exclude,
      })),
    );
}

interface Missing {
  readonly token: TokenToday["token"];
  readonly entries: readonly TokenEntry[];
  /** The code has it, and admits it where it is refused today. */
  readonly isThere: boolean;
  /** What the code calls it. */
  readonly name?: string;
}

/** What the code does not say of a token that works today. */
function missingOf(
  { service }: Scene,
  stated: Stated,
  { entries, token }: TokenToday,
): Missing[] {
  const there = stated.tokens.filter(({ existing }) => existing === token.id);
  if (entries.length === 0) return [];
  // One that the code admits on some paths only is meant so.
  if (
    there.length === 0 &&
    service.notes?.existingTokens?.some(
      (existing) => existing === token.id || existing === token.client_id,
    )
  )
    return [];
  const isNarrow =
    there.length > 0 &&
    there.every((one) => entries.some((entry) => isWithin(one, entry)));
  return isNarrow
    ? []
    : [{ token, entries, isThere: there.length > 0, name: there[0]?.name }];
}

/** Whether an entry asks for all that another asks for. */
function isWithin(narrow: TokenEntry, wide: TokenEntry): boolean {
  return (["require", "exclude"] as const).every((list) =>
    wide[list].every((rule) =>
      narrow[list].some((one) => ruleKey(one) === ruleKey(rule)),
    ),
  );
}

/** Whether one policy for people admits whom the listed ones admit, and nobody else. */
function isSame(
  access: HostAccess,
  {
    hostname,
    listed,
    stays,
    today,
  }: {
    readonly hostname: string;
    readonly listed: readonly Policy[];
    readonly stays: readonly Policy[];
    readonly today: Rules;
  },
): boolean {
  const forPeople = (policies: readonly Policy[]) =>
    policies.filter(
      ({ decision }) => decision === "allow" || decision === "deny",
    );
  const one = ofPeople(today);
  const state = (policies: readonly Policy[]) =>
    access.byAccess(inOrder(policies));
  return !turns(
    state(forPeople(listed)),
    state([...forPeople(stays), one]),
    hostname,
  ).some(({ subject }) => isPerson(subject));
}

function ofPeople({ approval, ...lists }: Rules): Policy {
  return { ...approval, name: "people", decision: "allow", ...lists };
}

/** Policies that stay, and admit people whom the code does not name: it has to say that they are meant to. */
function promiseLine(
  { service: { hostname, promises = [] } }: Scene,
  access: HostAccess,
  stays: readonly Policy[],
  people: Rules,
): Line[] {
  const isPromised = (name: string) =>
    promises.some(
      ({ paths, who }) =>
        who.kind === "policy" && who.name === name && paths.includes("/*"),
    );
  const names = stays
    .filter(({ decision }) => decision === "allow")
    .filter(
      (policy) =>
        !isSame(access, {
          hostname,
          listed: [ofPeople(people)],
          stays: [policy],
          today: people,
        }),
    )
    .flatMap(({ name }) => name || []);
  const missing = names.filter((name) => !isPromised(name));
  // Of several with one name a promise tells nothing.
  return missing.length === 0 || new Set(names).size < names.length
    ? []
    : [promised(missing, ["/*"], promises)];
}

/** Has the code say that policies are meant to let people and machines in on paths. */
export function promised(
  names: readonly string[],
  paths: readonly string[],
  given: NonNullable<Scene["service"]["promises"]>,
): Line {
  const list = paths.map((path) => JSON.stringify(path)).join(", ");
  return {
    file: "main.ts",
    text: `promises: [${names.map((name) => `policy(${JSON.stringify(name)}).reaches(${list})`).join(", ")}],${given.some(({ who }) => who.kind !== "token") ? " // in addition to those it has" : ""}`,
    does: "needed",
  };
}

/**
 * Policies of an application beside the stack's that let in others than some do.
 *
 * @param named the policies of these @default - whom the code names
 */
export async function admittingMore(
  scene: Scene,
  application: Application,
  named?: readonly Policy[],
): Promise<Policy[]> {
  const { hostname, notes } = scene.service;
  const access = await hostAccess(scene, application, true);
  const tokens = access.tokens.filter(({ client_id, id }) =>
    [
      ...(notes?.existingTokens ?? []),
      ...access.stated.tokens.map(({ existing }) => existing),
    ].some((existing) => existing === id || existing === client_id),
  );
  const theirs = named ?? [
    ...tokens.map(({ id }): Policy => ({
      name: "the stack's policy for the token",
      decision: "non_identity",
      include: [{ service_token: { token_id: id } }],
    })),
    ofPeople(access.stated.people),
  ];
  const state = (policies: readonly Policy[]) =>
    access.byAccess(inOrder(policies));
  return policiesOf(application)
    .filter(
      ({ decision }) => decision === "allow" || decision === "non_identity",
    )
    .filter(
      (policy) =>
        gainsIn(turns(state(theirs), state([...theirs, policy]), hostname))
          .length > 0,
    );
}

/** What keeps the login methods that people use today. */
function loginMethodLine(
  { loginMethods: all, stated }: HostAccess,
  { allowed_idps: allowed }: Application,
): { readonly ids: readonly string[]; readonly lines: readonly Line[] } {
  const today = all.filter(
    ({ id }) => !allowed?.length || allowed.includes(id),
  );
  const ids = today.map(({ id }) => id);
  const isSame =
    ids.length === stated.loginMethods.length &&
    ids.every((id) => stated.loginMethods.includes(id));
  const names = today.map(({ name, type }) =>
    type === "onetimepin" ? ONE_TIME_PIN : name,
  );
  const isTold = names.every(
    (name, at) =>
      isOneTimePin(name) === (today[at]?.type === "onetimepin") &&
      (isOneTimePin(name) ||
        all.filter((one) => one.name === name).length === 1),
  );
  if (isSame || !isTold || names.length === 0)
    return { ids: stated.loginMethods, lines: [] };
  const [only = "", ...more] = names;
  return {
    ids,
    lines: [
      {
        file: "main.ts",
        text: `loginMethod: ${JSON.stringify(more.length > 0 ? names : only)},`,
        does: "keeps",
      },
    ],
  };
}

/** Tokens that a Bypass, which stays, lets past Access without the JWT that the tunnel's rule then demands. */
function cutOff(
  { service: { name: stack } }: Scene,
  cells: readonly Cell[],
  today: readonly TokenToday[],
): Row[] {
  const found = cells.flatMap((cell) => {
    const bypass = cuttingBypass(cell);
    const { subject } = cell;
    return bypass && subject.kind === "token"
      ? [{ ...cell, subject, bypass: bypass.name ?? bypass.id ?? "?" }]
      : [];
  });
  return found
    .filter(
      ({ bypass, subject }, at) =>
        found.findIndex(
          (one) => one.subject.id === subject.id && one.bypass === bypass,
        ) === at,
    )
    .map(({ after, bypass, place, subject }): Row => {
      const { name = "?" } = after.application ?? {};
      const isAdmitted = today.some(
        ({ entries, isSentToLogin, token }) =>
          token.id === subject.tokenId && entries.length > 0 && !isSentToLogin,
      );
      return {
        kind: "access",
        name: `${subject.label}${place.path === "/" ? "" : ` at ${place.path}`}`,
        becomes: "in the way",
        why: `it works there today; the stack's rule demands a JWT of Access, and the Bypass policy "${bypass}", which is written inside "${name}" and stays, lets it past Access without one`,
        todo: [
          ...(isAdmitted
            ? []
            : [
                `Have a policy of "${name}" admit the token first (Service Auth).`,
              ]),
          `Take "${bypass}" out of "${name}" (Zero Trust, Access controls, Applications): once the tunnel's rule demands a JWT, it lets nobody in, and refuses whomever it matches. The token gets in there by its own policy then, people by a login. To have it still after a destroy, keep it, and write a Service Auth policy for the token inside the application as well, before it.`,
          `Then run again: npm run adopt -- ${stack}`,
        ].join(" "),
        afterDestroy: UNTOUCHED,
      };
    });
}

/** The policies whose rules no props of a stack can say together. */
function notSaid(listed: readonly Policy[]): Row {
  const rules = listed.flatMap((policy) => {
    const { decision, exclude, include, name, require } = policy;
    const words = (verb: string, all: Policy["include"]) =>
      all?.length ? [`${verb} ${all.map(describeRule).join(", ")}`] : [];
    const said =
      decision === "deny"
        ? [
            ...words("refuses", include),
            ...words("of these only", require),
            ...words("but not", exclude),
          ]
        : decision === "allow"
          ? [
              ...words("requires", require),
              ...words("leaves out", exclude),
              ...(policy.approval_required === true
                ? ["asks for an approval"]
                : []),
            ]
          : [];
    return said.length > 0 ? [`${name ?? "?"} ${said.join(", ")}`] : [];
  });
  return {
    kind: "policy",
    name: listed
      .filter(({ decision }) => decision === "allow" || decision === "deny")
      .map(({ name }) => name ?? "?")
      .join(", "),
    becomes: "in the way",
    why: `the stack has one policy for people, and no props say all of this together: ${rules.join("; ")}`,
    todo: "Have each of these policies that admits people say all that is required and who is left out (Zero Trust, Access controls, Policies): what one of them requires as Require rules of the others too, whom one refuses or leaves out as Exclude rules of the others. That admits nobody else. Then run this again.",
    afterDestroy: UNTOUCHED,
  };
}
