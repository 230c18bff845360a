import { isOfHost, isWholeHost } from "../../access/whole-host";
import { isJsonObject, type JsonObject } from "../tunnel-route/json";
import { placesOf, policiesOf } from "./document";

/** A path for an application that is not to decide anything yet. */
export const UNUSED_PATH = "/not-in-use";

/** Types that are for a host as the stacks' own are. */
const TYPES = ["self_hosted"];

/** What keeps a host's application from being taken over as it is. */
export interface Shared {
  readonly hostname: string;
  /** The application that decides for the host. */
  readonly application: JsonObject;
  /** Where else it decides. @default - nowhere that is known */
  readonly others?: readonly string[];
  /**
   * Whether it names the host itself, and not a wildcard that the host is one
   * of: Cloudflare refuses a second application for the same host and path.
   */
  readonly isNamed: boolean;
  /** @default - not known here */
  readonly stack?: string;
}

/** Whether an application is for a host as the stacks' own are. */
export function isSelfHosted({ type }: JsonObject): boolean {
  return TYPES.includes(String(type));
}

/** The command by which a host gets an application of its own, or is told how. */
export function splitCommand(
  application: JsonObject,
  hostname: string,
  stack: string,
): string {
  const why = whyNotSplit(application, hostname);
  return why.length === 0
    ? `npm run adopt -- ${stack} --split gives the host one of its own`
    : `npm run adopt -- ${stack} says how the host gets one of its own, by hand, as ${why.join("; ")}`;
}

/** What of an application itself keeps `adopt` from splitting it, as a copy would not be the same. */
export function whyNotSplit(
  application: JsonObject,
  hostname: string,
): string[] {
  const { policies, scim_config: scim, type } = application;
  const name = `"${String(application["name"])}"`;
  const listed = Array.isArray(policies) ? policies.length : 0;
  return [
    ...(isSelfHosted(application)
      ? []
      : [
          `${name} is of the type ${String(type)}, and only a self-hosted one is copied`,
        ]),
    ...(scim
      ? [
          `${name} provisions users by SCIM, whose secret Cloudflare does not show: a copy would provision nobody, and a write of ${name} could end it`,
        ]
      : []),
    ...(hasManagedOAuth(application)
      ? [
          `${name} has managed OAuth, with which Cloudflare takes no application for a path, and the new one needs one until it decides`,
        ]
      : []),
    ...(listed === policiesOf(application).length
      ? []
      : [`Cloudflare does not show what the policies of ${name} say`]),
    ...openPathsOn(application, hostname).map(
      (uri) =>
        `paths of ${uri} in ${name} are open to everyone, which the new one could not keep at every moment`,
    ),
  ];
}

function hasManagedOAuth({ oauth_configuration: oauth }: JsonObject): boolean {
  return isJsonObject(oauth) && oauth["enabled"] !== false;
}

/** Its destinations on paths of the host of which some paths are open to everyone. */
function openPathsOn({ destinations }: JsonObject, hostname: string): string[] {
  return (Array.isArray(destinations) ? destinations : [])
    .filter(isJsonObject)
    .filter(
      ({ overrides, uri }) =>
        isOfHost(String(uri), hostname) &&
        !isWholeHost(String(uri), hostname) &&
        Array.isArray(overrides) &&
        overrides.length > 0,
    )
    .map(({ uri }) => String(uri));
}

/**
 * How a host gets an application of its own, which can then be taken over. The
 * new audience is in the tunnel's rule before the application decides, and the
 * old one until after: nothing is open, and no token is refused, where each step
 * is in force before the next.
 */
export function ownApplication(shared: Shared): string {
  const { application, hostname, stack = "STACK" } = shared;
  const why = whyNotSplit(application, hostname);
  const split = `npm run adopt -- ${stack} --split`;
  const holds =
    "Nothing is open and no token is refused on the way, where each step is in force before the next; people log in there again";
  if (why.length === 0)
    return `Give ${hostname} an application of its own first: ${split} prints the steps, asks once, and does them. ${holds}.`;
  const open = openPathsOn(application, hostname);
  return [
    `Give ${hostname} an application of its own first, by hand, as ${why.join("; ")} (Zero Trust, Access controls, Applications).`,
    ...(open.length > 0
      ? [
          `Take the open paths out of ${open.join(", ")} in "${String(application["name"])}": they then ask for a login as the rest does. Then run again: npm run adopt -- ${stack}`,
        ]
      : [
          `${holds}. Wait a minute after each:`,
          ...steps(shared).map((step, at) => `${at + 1}. ${step}`),
        ]),
  ].join("\n");
}

/** What to do of other hosts that somebody has put into an application since it was taken over. */
export function othersSince(
  application: JsonObject,
  hostname: string,
): string | undefined {
  const others = placesOf(application).filter(
    (uri) => !isOfHost(uri, hostname),
  );
  if (others.length === 0) return undefined;
  return [
    `Take what somebody has put into it since the deploy out of it before the next one, which writes what it was for, and can so make that public: ${others.join(", ")}. By hand, for each of these hosts (Zero Trust, Access controls, Applications), and a minute after each step:`,
    `1. Make a self-hosted application for the host with the path ${UNUSED_PATH}, which nobody asks for, with the policies that are to decide there.`,
    `2. Where the tunnel's rule for the host demands the JWT of "${String(application["name"])}", let it demand that of both ("Protect with Access" in Networks, Connectors, Cloudflare Tunnels).`,
    `3. Change the path of the new application to *, which takes precedence.`,
    `4. Remove the host from "${String(application["name"])}".`,
  ].join("\n");
}

function steps({ application, hostname, isNamed, others = [] }: Shared) {
  const name = String(application["name"]);
  const provisions = Boolean(application["scim_config"]);
  const oauth = hasManagedOAuth(application);
  const without = [
    ...(oauth ? ["managed OAuth"] : []),
    ...(provisions ? ["SCIM"] : []),
  ].join(" and ");
  return [
    `Make a self-hosted application for ${hostname}${UNUSED_PATH}, a path that nobody asks for, with the settings, login methods and policies of "${name}"${without && `, without ${without}`}; write anew the policies that are written inside it.`,
    `Let the tunnel's rule for ${hostname} alone demand the JWT of both applications ("Protect with Access" in Networks, Connectors, Cloudflare Tunnels); where only a wider rule takes ${hostname}, make one before it, with the same service.`,
    `${
      isNamed
        ? `Change the path of the new application to *: ${hostname}/* takes precedence over ${hostname}.`
        : `Take the path out of the new application: ${hostname} takes precedence over ${others.join(", ")}.`
    }${oauth ? " Programs that log in by managed OAuth are sent to the login page from now on." : ""}`,
    ...(isNamed && others.length > 0 && !provisions
      ? [
          `Remove ${hostname} from "${name}", which no longer decides there. It keeps ${others.join(", ")} and their sessions.`,
        ]
      : []),
    ...(provisions
      ? [
          `Leave "${name}" as it is: it no longer decides for ${hostname}, and keeps its SCIM provisioning.`,
        ]
      : []),
    ...(oauth && !(isNamed && provisions)
      ? [
          `${isNamed ? "Take the path * out of the new application, and switch" : "Switch"} managed OAuth on in it, as "${name}" has it.`,
        ]
      : []),
    `Take existingApplication out of main.ts where it names "${name}", and run npm run adopt again: it takes the new application over.`,
  ];
}
