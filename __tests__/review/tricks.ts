import { readPlan } from "../../review/plan";
import { readChange } from "../../review/read-change";
import { houseReview } from "../../rules/house-review";
import { said } from "./claims";
import type { Code } from "./code";
import { edgeAnswer } from "./edge-answer";
import type { HostileCase } from "./hostile";
import type { HostileAccount } from "./hostile-account";
import { covers, isWho, type HostileRequest } from "./hostile-requests";
import { Stack } from "./terraform";

/** A change that is made to let somebody in unseen, or seems to. */
export interface Trick {
  readonly before: Code;
  readonly after: Code;
  readonly tainted?: readonly string[];
  /** Changes what Terraform prints of the plan. */
  readonly edit?: (plan: PlanText) => void;
  /** Requests, as `nobody app.example.com/path` or `ann@example.com app…`. */
  readonly asks?: readonly string[];
}

/** The parts of a plan that are edited. */
export interface PlanText {
  readonly resource_changes: readonly {
    readonly address: string;
    readonly change: {
      readonly after: Record<string, unknown>;
      readonly after_unknown: Record<string, unknown>;
    };
  }[];
  readonly configuration: {
    readonly root_module: {
      readonly resources: readonly {
        readonly address: string;
        readonly expressions: Record<string, unknown>;
      }[];
    };
  };
}

/** What a review says of a trick, and what the edge does. */
export interface Seen {
  /** `unread ADDRESS: WHAT`, `SEVERITY ID SUBJECT: TEXT` and `WHO at URL: BEFORE -> AFTER`. */
  readonly review: readonly string[];
  /** The unread and the last of these alone. */
  readonly changes: readonly string[];
  /** Of each request the answer before and after. */
  readonly edge: readonly string[];
  /** Requests of which the answer changes without a word. */
  readonly silent: readonly string[];
}

const NOTHING: HostileCase["byHand"] = {
  strict: false,
  denyUnmatched: false,
  rules: [[], []],
  last: ["http_status:404", "http_status:404"],
  records: [],
  applications: [],
  group: {
    include: [{ email: { email: "group@example.com" } }],
    require: [],
    exclude: [],
  },
};

export async function play(here: HostileAccount, trick: Trick): Promise<Seen> {
  const { account, client } = here;
  await here.reset({ byHand: NOTHING });
  const stack = new Stack(here.call, account.id);
  await stack.plan(trick.before);
  await stack.apply();
  const text = JSON.parse(
    await stack.plan(trick.after, trick.tainted),
  ) as PlanText;
  trick.edit?.(text);
  const plan = readPlan("stack", JSON.stringify(text));
  const change = await readChange([plan], client, account.id);
  const { findings, matrix } = houseReview(change, {});
  const cells = matrix.cells.filter(({ turn }) => turn !== "same");
  const unread = change.plans.flatMap((one) => one.unread);
  const requests = (trick.asks ?? []).map((ask) => requestOf(ask, here));
  const before = requests.map((one) => edgeAnswer(account, one));
  // What is not tried need not be possible: another account, for example.
  if (requests.length > 0) await stack.apply();
  const after = requests.map((one) => edgeAnswer(account, one));
  const changes = [
    ...unread.map(({ address, what }) => `unread ${address}: ${what}`),
    ...cells.map(
      ({ place: { request }, subject, ...cell }) =>
        `${subject.label} at ${request.host}${request.path}: ${said(cell.before)} -> ${said(cell.after)}`,
    ),
  ];
  return {
    review: [
      ...findings.map(
        ({ id, severity, subject, text: what }) =>
          `${severity} ${id} ${subject}: ${what}`,
      ),
      ...changes,
    ],
    changes,
    edge: requests.map((_, at) => `${before[at]} -> ${after[at]}`),
    silent: requests.flatMap((one, at) => {
      const [was, is] = [before[at], after[at]];
      const isShown = cells.some(
        (cell) =>
          isWho(cell, one, matrix) &&
          covers(cell.place.host, one.host) &&
          said(cell.before) === was &&
          said(cell.after) === is,
      );
      return was === is || isShown || unread.length > 0
        ? []
        : [`${one.text}: ${was} -> ${is}`];
    }),
  };
}

function requestOf(ask: string, { account }: HostileAccount): HostileRequest {
  const [, who = "", host = "", path = ""] =
    /^(\S+) ([^/]+)(\/.*)$/.exec(ask) ?? [];
  const [idp] = account.identityProviders.values();
  return {
    host,
    path,
    normalization: "rfc3986",
    ip: "8.8.8.8",
    country: "US",
    known: {},
    identity:
      who.includes("@") && idp
        ? { email: who, idp: { id: idp.id, type: idp.type } }
        : null,
    serviceToken: null,
    subject: who,
    text: ask,
  };
}
