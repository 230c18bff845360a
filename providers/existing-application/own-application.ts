import type { JsonObject } from "../tunnel-route/json";

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
export function splitCommand(application: JsonObject, stack: string): string {
  return whyByHand(application) === undefined
    ? `npm run adopt -- ${stack} --split gives the host one of its own`
    : `npm run adopt -- ${stack} says how the host gets one of its own`;
}

/** What `adopt` does not split, as a copy would not be the same. */
function whyByHand(application: JsonObject): string | undefined {
  if (!isSelfHosted(application)) return "copies self-hosted ones alone";
  return application["scim_config"]
    ? "can't copy SCIM, whose secret Cloudflare does not show"
    : undefined;
}

/**
 * How a host gets an application of its own, which can then be taken over. The
 * new audience is in the tunnel's rule before the application decides, and the
 * old one until after: nothing is open, and no token is refused, where each step
 * is in force before the next.
 */
export function ownApplication(shared: Shared): string {
  const { application, hostname, stack = "STACK" } = shared;
  const why = whyByHand(application);
  const split = `npm run adopt -- ${stack} --split`;
  const holds =
    "Nothing is open and no token is refused on the way, where each step is in force before the next; people log in there again";
  return why === undefined
    ? `Give ${hostname} an application of its own first: ${split} prints the steps, asks once, and does them. ${holds}.`
    : [
        `Give ${hostname} an application of its own first, by hand, as ${split} ${why} (Zero Trust, Access controls, Applications). ${holds}. Wait a minute after each:`,
        ...steps(shared).map((step, at) => `${at + 1}. ${step}`),
      ].join("\n");
}

function steps({ application, hostname, isNamed, others = [] }: Shared) {
  const name = String(application["name"]);
  const provisions = Boolean(application["scim_config"]);
  return [
    `Make a self-hosted application for ${hostname}${UNUSED_PATH}, a path that nobody asks for, with the login methods and policies of "${name}"; write anew those that are written inside it.`,
    `Let the tunnel's rule for ${hostname} alone demand the JWT of both applications ("Protect with Access" in Networks, Connectors, Cloudflare Tunnels); where only a wider rule takes ${hostname}, make one before it, with the same service.`,
    isNamed
      ? `Change the path of the new application to *: ${hostname}/* takes precedence over ${hostname}.`
      : `Take the path out of the new application: ${hostname} takes precedence over ${others.join(", ")}.`,
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
    `Take existingApplication out of main.ts where it names "${name}", and run npm run adopt again: it takes the new application over.`,
  ];
}
