/** The Terraform type of an application that somebody made, and that a stack changes and gives back. */
export const EXISTING_APPLICATION = "tunnel_existing_application";

/**
 * In the document of what such an application was: it listed the stack's own
 * policies, so an earlier deploy took it over, and no note tells what it was.
 */
export const TAKEN_BEFORE = "taken_before";

/** What a deploy says of such an application. */
export const TAKEN_OVER_UNNOTED =
  "It lists policies of this stack: an earlier deploy took it over, and its note of what the application was before is not here. Did it run on another machine, copy the folder journal of that machine's state folder into yours and run this again. Without that note a destroy leaves its settings as they are now and takes this stack's policies out of it.";

/**
 * What a destroy says of it.
 *
 * @param isEmpty whether it lists no policy but the stack's
 */
export function returnUnnoted(isEmpty: boolean): string {
  return `What it was before the first deploy is not known, as the note of that deploy was lost: look at its settings${isEmpty ? ", and give it policies: it admits nobody" : " and its policies"}.`;
}

/** An application of which nobody knows what it was. */
interface Unnoted {
  readonly name?: string;
  /** Those that it lists but for the stack's. */
  readonly policies?: readonly unknown[];
}

/** What a plan or a state knows of one; undefined for any other. */
export function unnotedIn(
  values: Readonly<Record<string, unknown>> | null,
): Unnoted | undefined {
  if (typeof values?.previous !== "string") return undefined;
  const previous = JSON.parse(values.previous) as Record<string, unknown>;
  return previous[TAKEN_BEFORE] === true ? previous : undefined;
}

/** Policies of an application that an earlier deploy seems to have made. */
export interface Alike {
  /** The application's name. */
  readonly name: string;
  readonly policies: readonly string[];
}

/**
 * Names of a stack's policies that an application lists, where they look like
 * those of an earlier deploy: all of the stack's, or several. One of several
 * may be the name that somebody gave a policy by hand, as the guide does.
 *
 * @param listed names of the reusable policies that it lists
 * @param own names of the stack's
 */
export function deployedNames(
  listed: readonly string[],
  own: unknown,
): readonly string[] {
  const names = new Set(Array.isArray(own) ? own.map(String) : []);
  const alike = [...new Set(listed)].filter((name) => names.has(name));
  return alike.length >= Math.min(2, names.size) ? alike : [];
}

/** The same of what a plan or a state has as what it was; undefined where none is alike. */
export function alikeIn(
  values: Readonly<Record<string, unknown>> | null,
): Alike | undefined {
  if (typeof values?.previous !== "string") return undefined;
  const { name, policies = [] } = JSON.parse(values.previous) as {
    readonly name?: string;
    readonly policies?: readonly { name?: string; reusable?: boolean }[];
  };
  const listed = policies.filter(({ reusable }) => reusable === true);
  const alike = deployedNames(
    listed.map((policy) => String(policy.name)),
    values.policy_names,
  );
  return alike.length > 0 ? { name: String(name), policies: alike } : undefined;
}

/** What a deploy that takes such an application over says of it. */
export function takenOverAlike({ policies }: Alike): string {
  return `It lists policies with names of this stack's: ${policies.join(", ")}. If an earlier deploy made them and its state is lost, what the application and the tunnel's rule were before that deploy is not known any more. A destroy puts both back as they are now, and these policies stay.`;
}

/** What a destroy says of it. */
export function returnAlike({ policies }: Alike): string {
  return `It is given back as it was found when this state's first deploy took it over, with policies that have names of this stack's: ${policies.join(", ")}. If an earlier deploy made them and its state was lost, what it was before that deploy is not known.`;
}

/** The prop of a stack that names the application to take over for a host, or for a path of it. */
export function takeOverProp(place: string): string {
  const path = pathIn(place);
  return path === ""
    ? "existingApplication"
    : `existingPathApplications[${JSON.stringify(path)}]`;
}

/** The same with its id, as code has it. */
export function takeOverLine(place: string, id: string): string {
  const path = pathIn(place);
  return path === ""
    ? `existingApplication: "${id}"`
    : `existingPathApplications: { ${JSON.stringify(path)}: "${id}" }`;
}

/** Whether the application of a place is the one of all of its host. */
export function isOfHostAlone(place: string): boolean {
  return pathIn(place) === "";
}

function pathIn(place: string): string {
  const [, path = ""] = /^[^/]*(\/.*)$/.exec(place) ?? [];
  return /^\/\**$/.test(path) ? "" : path;
}
