import {
  ProviderError,
  type Diagnostics,
} from "../../terraform-plugin/provider";
import { hostMatcher, parseUri } from "../../access/path-pattern";
import { isOfHost, isWholeHost, keyOf } from "../../access/whole-host";
import { goDuration } from "../../base/duration";
import {
  alikeIn,
  returnAlike,
  returnUnnoted,
  TAKEN_OVER_UNNOTED,
  takenOverAlike,
  takeOverLine,
  takeOverProp,
} from "../../base/existing-application";
import { closestSession } from "../../base/session-length";
import type { IngressRule } from "../../ingress/rule";
import { tokenDemand } from "../../ingress/token-demand";
import type { ObjectValue, Value } from "../../terraform-plugin/value";
import {
  isJsonObject,
  parseJson,
  printJson,
  type JsonObject,
} from "../tunnel-route/json";
import { isSelfHosted, ownApplication } from "./own-application";
import {
  differing,
  documentIn,
  linksOf,
  namesOf,
  newOwnOf,
  ownPoliciesOf,
  placesOf,
  policiesOf,
  reusableOf,
  settingsOf,
  shown,
  undocumented,
  unguarded,
  wasTakenBefore,
  withoutGone,
  type Return,
} from "./document";

export function unknownApplication(id: string, place: string): ProviderError {
  return new ProviderError(
    `The account has no application ${id}`,
    `Take ${takeOverProp(place)} out of main.ts to have the stack make its own, or write the id of one that there is (Zero Trust, Access controls, Applications).`,
  );
}

/** How long a login lasts where nothing says so. */
const DEFAULT_SESSION = "24h";

/**
 * Refuses an application that a change or a destroy could take from other hosts,
 * or that has what can't be put back.
 */
export function refuseOthers(
  found: JsonObject,
  place: string,
  prior: ObjectValue | null = null,
): void {
  const refusal = refusalOf(found, place);
  if (refusal === undefined) return;
  if (prior === null || prior["hostname"] !== place) throw refusal;
  throw new ProviderError(
    refusal.summary,
    deployedInstead(place, String(prior["app_id"])),
  );
}

/** What to do where code names another application than the one that is taken over: without any, a deploy is refused. */
export function deployedInstead(place: string, id: string): string {
  return `${place} is deployed with the application ${id}: write ${takeOverLine(place, id)} again. For another one, destroy the service's stack first, which gives that one back.`;
}

/**
 * Why an application can't be taken over, and what to do instead.
 *
 * @param place the host, or one path of it
 * @param stack the host's, where it is known
 */
export function refusalOf(
  found: JsonObject,
  place: string,
  stack?: string,
): ProviderError | undefined {
  if (parseUri(place).path !== "") return pathRefusalOf(found, place, stack);
  const hostname = place;
  const name = String(found["name"]);
  const places = placesOf(found);
  const isNamed = places.some((place) => isWholeHost(place, hostname));
  const others = places.filter((place) => !isOfHost(place, hostname));
  const own = ownApplication({
    ...{ hostname, application: found, others, stack },
    isNamed: true,
  });
  if (!isSelfHosted(found))
    return new ProviderError(
      `The application "${name}" is of the type ${String(found["type"])}, and only a self-hosted one can be taken over`,
      own,
    );
  if (!isNamed && others.length < places.length)
    return new ProviderError(
      `The application "${name}" is for ${places.join(", ")}, and not for the whole of ${hostname}`,
      `Write the id of the application for the whole of ${hostname} into existingApplication, or take it out of main.ts: npm run adopt names what there is.`,
    );
  if (!isNamed)
    return new ProviderError(
      `The application "${name}" is for ${others.join(", ")}, ${others.some((place) => hostMatcher(parseUri(place).host)(hostname)) ? `of which ${hostname} is only a part` : `and not for ${hostname}`}`,
      `Take existingApplication out of main.ts: the stack then makes one for ${hostname} alone, and "${name}" stays as it is. npm run adopt says whether anything stops meanwhile.`,
    );
  if (others.length > 0)
    return new ProviderError(
      `The application "${name}" is also for ${others.join(", ")}, which a change would touch`,
      own,
    );
  if (found["scim_config"])
    return new ProviderError(
      `The application "${name}" provisions users (scim_config), whose secret Cloudflare does not show: it could not be put back`,
      own,
    );
  return undefined;
}

/** The same for one of a path: a change of it touches all that it is for. */
function pathRefusalOf(
  found: JsonObject,
  place: string,
  stack = "STACK",
): ProviderError | undefined {
  const name = String(found["name"]);
  const places = placesOf(found);
  const others = places.filter((uri) => keyOf(uri) !== keyOf(place));
  const { path } = parseUri(place);
  const leave = `Take ${path} out of existingPathApplications, and out of openPaths or the token's paths. npm run adopt -- ${stack} then says how the path keeps "${name}": by a rule of its own in the tunnel, which the stack leaves alone.`;
  if (others.length === places.length)
    return new ProviderError(
      `The application "${name}" is for ${places.join(", ")}, and not for ${place}`,
      `Write the id of the application for ${place} into ${takeOverProp(place)}, or take that out of main.ts: npm run adopt -- ${stack} names what there is.`,
    );
  const why = !isSelfHosted(found)
    ? `is of the type ${String(found["type"])}, and only a self-hosted one can be taken over`
    : others.length > 0
      ? `is also for ${others.join(", ")}, which a change would touch`
      : found["scim_config"]
        ? "provisions users (scim_config), whose secret Cloudflare does not show: it could not be put back"
        : undefined;
  return why === undefined
    ? undefined
    : new ProviderError(`The application "${name}" ${why}`, leave);
}

/**
 * Says what a take-over changes, and what it leaves.
 *
 * @param previous what is known of how it was before the first deploy
 * @param planned the resource's own attributes
 */
export function tellOfChanges(
  diagnostics: Diagnostics,
  found: JsonObject,
  previous: JsonObject,
  planned: ObjectValue,
): void {
  const settings = settingsOf(found);
  const parsed = parseJson(String(planned["document"]));
  const document = isJsonObject(parsed) ? parsed : {};
  const own = ownPoliciesOf(found).length;
  const alike = alikeIn({ ...planned, previous: printJson(previous) });
  diagnostics.warn(
    `Existing application: "${String(found["name"])}" is taken over, with its id and audience`,
    [
      ...differing(settings, document).map(
        (name) =>
          `${name}: ${shown(settings[name])} becomes ${shown(document[name])}`,
      ),
      "Its reusable policies are replaced by those of this stack, and stay in the account.",
      ...sessionsIn(found, planned["session"]),
      ...(own > 0
        ? [
            `Policies that were written inside it stay and come first (${own}): whoever they admit is still admitted.`,
          ]
        : []),
      ...undocumented(settings).map(
        (name) =>
          `${name} is ${shown(settings[name])}: this version does not know it, and whether Cloudflare keeps it is known only once it is written.`,
      ),
      ...(wasTakenBefore(previous)
        ? [TAKEN_OVER_UNNOTED, "All else stays as it is."]
        : alike
          ? [`${takenOverAlike(alike)} All else stays as it is.`]
          : ["All else stays as it is. A destroy puts it back as it is now."]),
    ].join("\n"),
  );
}

/**
 * Says that a deploy undoes what somebody has set since the last one.
 *
 * @param names of the fields
 */
export function tellOfReset(
  diagnostics: Diagnostics,
  previous: JsonObject,
  names: string,
): void {
  diagnostics.warn(
    `Somebody has changed the application "${String(previous["name"])}" since the last deploy: ${names}; this deploy undoes that`,
    "It writes what the stack states, and else what was there before the first deploy. To keep a setting, state it in the stack (application).",
  );
}

/** How long logins last by the policies that go, where it is not as long as from now on. */
function sessionsIn(found: JsonObject, session: Value | undefined): string[] {
  const after = typeof session === "string" ? session : DEFAULT_SESSION;
  return reusableOf(found)
    .filter(({ decision }) => decision === "allow")
    .map(({ name, session_duration: own }) => ({
      name: String(name),
      before: String(own ?? found["session_duration"] ?? DEFAULT_SESSION),
    }))
    .filter(({ before }) => goDuration(before) !== goDuration(after))
    .map(
      ({ before, name }) =>
        `A login by the policy "${name}" lasts ${before}, and ${after} from now on: ${howToKeep(before)}`,
    );
}

function howToKeep(session: string): string {
  const closest = closestSession(session);
  return closest === undefined
    ? `write sessionDuration: "${session}" to keep it.`
    : `sessionDuration can't say ${session}; "${closest}" is the closest that it takes.`;
}

/**
 * Says which fields a write has lost.
 *
 * @param written what was to be there
 */
export function tellOfLoss(
  diagnostics: Diagnostics,
  written: JsonObject,
  names: readonly string[],
  during: "deploy" | "destroy",
): void {
  diagnostics.warn(
    `Cloudflare did not keep of the application "${String(written["name"])}"${during === "destroy" ? ", and it is not given back" : ""}: ${names.map((name) => `${name} (was ${shown(written[name])})`).join(", ")}`,
    [
      during === "deploy"
        ? "It was written back as Cloudflare had answered it. No later deploy and no destroy can set it either: set it in the dashboard, where it can be set."
        : "All else that the stack changed is as before the first deploy. Set it in the dashboard, where it can be set.",
    ].join("\n"),
  );
}

/**
 * @param prior the resource's own attributes
 * @param lost names of fields that no write can set
 */
export function tellOfReturn(
  diagnostics: Diagnostics,
  prior: ObjectValue,
  previous: JsonObject,
  lost: readonly string[],
): void {
  const alike = alikeIn(prior);
  if (wasTakenBefore(previous))
    return diagnostics.warn(
      `The application "${String(previous["name"])}" stays, without the policies of this stack`,
      returnUnnoted(linksOf(previous).length === 0),
    );
  diagnostics.warn(
    `The application "${String(previous["name"])}" stays, and gets back what the stack has changed of it${lost.length > 0 ? `, but for ${lost.join(", ")}` : ""}`,
    [
      `Its id and audience are the same, its settings those of before the first deploy; it lists the policies that it listed then, as they are by now.${alike ? ` ${returnAlike(alike)}` : ""} What somebody else has changed of it stays; where that is also what the stack changed, the destroy is refused.`,
      ...lost.map(
        (name) =>
          `Cloudflare does not keep ${name} when it is written: it was ${shown(previous[name])}.`,
      ),
    ].join("\n"),
  );
}

/** Says what can't be put back, as the account has it no more. */
export function tellOfGone(
  diagnostics: Diagnostics,
  previous: JsonObject,
  { back: given, gone }: Pick<Return, "back" | "gone">,
): void {
  if (gone.policies.length + gone.loginMethods.length === 0) return;
  const open = unguarded(previous, gone)
    .map(({ name }) => `"${String(name)}"`)
    .join(", ");
  const back = withoutGone(previous, gone, {});
  const deleted = [
    ...gone.policies.map(
      ({ id, name }) => `the policy "${String(name)}" (${String(id)})`,
    ),
    ...gone.loginMethods.map((id) => `the login method ${id}`),
  ];
  diagnostics.warn(
    [
      `The application "${String(previous["name"])}" gets back all but what somebody has deleted since: ${deleted.join(", ")}`,
      ...(open === ""
        ? []
        : [
            `nor is ${open} listed again, which would let in whom a policy that is gone refused`,
          ]),
      ...(linksOf(given).length === 0 ? ["it then admits nobody"] : []),
    ].join("; "),
    [
      ...(gone.loginMethods.length > 0 && back["allowed_idps"] === undefined
        ? [
            "None of its login methods is left, and with none it would take every one of the account: it keeps those that it has now.",
          ]
        : []),
      "List what is to decide from now on: Zero Trust, Access controls, Applications.",
    ].join("\n"),
  );
}

export function goneMeanwhile(
  diagnostics: Diagnostics,
  { app_id: id, previous }: ObjectValue,
): void {
  diagnostics.warn(
    `The application ${String(id)} is gone: somebody deleted it`,
    `It can't be given back: another one would have another id. What it was: ${String(previous)}`,
  );
}

/** Where it can't be given back, a destroy stops before it has put back the tunnel's rule. */
export function refuseReturn(
  state: ObjectValue,
  found: JsonObject,
  to: Return,
): void {
  if (to.touched.length > 0) throw changedMeanwhile(state, found, to);
  if (to.isWithoutLogin) throw withoutLogin(state, found);
}

function withoutLogin(
  { app_id: id }: ObjectValue,
  found: JsonObject,
): ProviderError {
  return new ProviderError(
    `Somebody has deleted every login method of the application "${String(found["name"])}" (${String(id)}); it was not given back`,
    "Cloudflare writes none that is gone, and without any it takes all of the account. Choose the ones that it is to take (Zero Trust, Access controls, Applications), then destroy.",
  );
}

export function changedMeanwhile(
  { app_id: id, previous }: ObjectValue,
  found: JsonObject,
  { back, touched }: Return,
): ProviderError {
  const before = documentIn(previous);
  const added = newOwnOf(found, before);
  const addedIds = added.map((policy) => policy["id"]);
  const listed = (application: JsonObject) =>
    namesOf({
      policies: policiesOf(application).filter(
        (policy) => application === found || !addedIds.includes(policy["id"]),
      ),
    });
  const valueOf = (application: JsonObject, name: string) =>
    name === "policies"
      ? quotedList(listed(application))
      : shown(application[name]);
  return new ProviderError(
    `Somebody has changed the application "${String(found["name"])}" (${String(id)}) since the last deploy; it was not given back`,
    [
      ...touched.map((name) => {
        const [is, was, to] = [found, before, back].map((one) =>
          valueOf(one, name),
        );
        return `${name}: now ${is}, before the first deploy ${was}${to === was ? "" : `, of which the account still has ${to}`}`;
      }),
      "It is as they left it: look at whom it admits.",
      ...(added.length > 0
        ? [
            `Delete what somebody has written inside it, if it is not to decide there; neither a deploy nor a destroy does: ${quotedList(namesOf({ policies: added }))}.`,
          ]
        : []),
      "Then set these to what they were (Zero Trust, Access controls, Applications), or deploy once more, which writes what the stack states, and destroy.",
    ].join("\n"),
  );
}

/** Whom a destroy would let in, and where. */
interface Opened {
  readonly at: string;
  /** Undefined for whoever has no login. */
  readonly who: string | undefined;
  /** Whether somebody who is shown it may say yes. */
  readonly isAsked: boolean;
  /** Whether it is known who got there before the first deploy. */
  readonly isKnown: boolean;
  /** The tunnel's rule that takes its requests then. */
  readonly rule: IngressRule;
}

/** Names a policy by which somebody comes in, and that a destroy leaves so. */
export function openedSince(
  found: JsonObject,
  policy: {
    readonly name: string;
    /** What somebody has done to it: written inside the application, or changed. */
    readonly since: "written" | "changed";
  },
  opened: Opened,
): ProviderError {
  const name = `the application "${String(found["name"])}" (${String(found["id"])})`;
  const isNew = policy.since === "written";
  const what =
    opened.who === undefined ? "asks for no login" : `lets in ${opened.who}`;
  return new ProviderError(
    isNew
      ? `Somebody has written "${policy.name}" into ${name}, which ${what}, so the destroy would open ${opened.at}`
      : `Somebody has changed "${policy.name}" of ${name}, which ${what} now, so the destroy would open ${opened.at}`,
    [
      ...afterwards(opened),
      isNew
        ? "Delete it there (Zero Trust, Access controls, Applications), then destroy. If it is to be so, write it again after that."
        : "Change it back (Zero Trust, Access controls, Policies, or Applications for one written inside it), then destroy. If it is to be so, change it again after that.",
      ...orAsk(opened),
    ].join("\n"),
  );
}

/** Names an application that lets somebody in, for whatever reason. */
export function openedBy(
  application: JsonObject,
  opened: Opened,
): ProviderError {
  const { at, who } = opened;
  return new ProviderError(
    `The application "${String(application["name"])}" (${String(application["id"])}) lets ${who === undefined ? `people in at ${at} without a login` : `${who} in at ${at}`}, so the destroy would open it`,
    [
      ...afterwards(opened),
      "Change whom its policies admit, or the groups that they name (Zero Trust, Access controls), then destroy. If it is to be so, change it back after that.",
      ...orAsk(opened),
    ].join("\n"),
  );
}

function afterwards({ isKnown, rule }: Opened): string[] {
  return [
    `It is so after a destroy, and ${ruleThen(rule)}.`,
    isKnown
      ? "Before the first deploy it was not so, and it is not so now."
      : `${UNKNOWN_PAST}; now it is not so.`,
  ];
}

function ruleThen(rule: IngressRule): string {
  return `the tunnel's rule that takes its requests then, to ${rule.service ?? "nothing"}, ${tokenDemand(rule) ? "lets through whom that application admits" : "checks no JWT"}`;
}

const UNKNOWN_PAST =
  "Who got there before the first deploy is not known: an older version deployed it, or its state was lost";

function orAsk({ isAsked }: Opened): string[] {
  return isAsked
    ? [
        "Or run npm run destroy at a terminal: it shows who gains access by that, and asks.",
      ]
    : [];
}

function quotedList(names: readonly string[]): string {
  return names.map((name) => `"${name}"`).join(", ") || "none";
}

export function noLongerFor(found: JsonObject, opened: Opened): ProviderError {
  const { at } = opened;
  const name = `"${String(found["name"])}" (${String(found["id"])})`;
  return new ProviderError(
    `Somebody has made the application ${name} be for ${placesOf(found).join(", ")} and no longer for ${at}, which the destroy would make public`,
    [
      ...withoutAny(opened),
      `Make it be for ${at} again, or make another application for ${at} (Zero Trust, Access controls, Applications). Then destroy.`,
      ...orAsk(opened),
    ].join("\n"),
  );
}

/** @param was what is known of how it was before the first deploy */
export function goneAndOpen(
  id: string,
  was: JsonObject | undefined,
  opened: Opened,
): ProviderError {
  const name = was ? `"${String(was["name"])}" (${id})` : id;
  return new ProviderError(
    `Somebody has deleted the application ${name}, so the destroy would make ${opened.at} public`,
    [...withoutAny(opened), ...makeAnother(opened)].join("\n"),
  );
}

/** Nothing of before is missed, or nobody knows what was there. */
export function unprotected(opened: Opened): ProviderError {
  const { at, isKnown } = opened;
  return new ProviderError(
    `Nothing protects ${at} without the stack, so the destroy would make it public`,
    [
      ...withoutAny(opened),
      isKnown
        ? "Before the first deploy no rule of the tunnel let anybody there without a login."
        : `${UNKNOWN_PAST}.`,
      ...makeAnother(opened),
    ].join("\n"),
  );
}

function withoutAny({ at, rule }: Opened): string[] {
  return [
    `T${ruleThen(rule).slice(1)}, and no other application protects ${at}.`,
  ];
}

function makeAnother({ at }: Opened): string[] {
  return [
    `Make another application for ${at} (Zero Trust, Access controls, Applications), then destroy. If it is to be public, run npm run destroy at a terminal: it shows that, and asks.`,
  ];
}

export function goneSincePlan(id: string, place: string): ProviderError {
  return new ProviderError(
    `The application ${id} of ${place} is gone since the plan: the rule from before was not put back, as nothing may protect ${place} then`,
    "Run the same command again: its plan says what that opens.",
  );
}
