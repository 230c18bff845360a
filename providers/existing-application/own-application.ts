/** A path for an application that is not to decide anything yet. */
const UNUSED_PATH = "/not-in-use";

/** What keeps a host's application from being taken over as it is. */
export interface Shared {
  readonly hostname: string;
  /** Name of the application that decides for the host. */
  readonly name: string;
  /** Where else it decides. @default - nowhere that is known */
  readonly others?: readonly string[];
  /**
   * Whether it names the host itself, and not a wildcard that the host is one
   * of: Cloudflare refuses a second application for the same host and path.
   */
  readonly isNamed: boolean;
  /** What it goes on doing once it decides nothing. @default - nothing that is known */
  readonly keeps?: string;
}

/**
 * How somebody gives a host an application of its own by hand, which can then be
 * taken over. The new audience is in the tunnel's rule before the application
 * decides, and the old one until after: nothing is open, and no token is
 * refused, at any moment.
 */
export function ownApplicationSteps({
  hostname,
  isNamed,
  keeps,
  name,
  others = [],
}: Shared): string {
  const steps = [
    `Make a self-hosted application for ${hostname}${UNUSED_PATH}, a path that nobody asks for, with the login methods and policies of "${name}"; write anew those that are written inside it.`,
    `Let the tunnel's rule for ${hostname} alone demand the JWT of both applications ("Protect with Access" in Networks, Connectors, Cloudflare Tunnels); where only a wider rule takes ${hostname}, make one before it, with the same service.`,
    isNamed
      ? `Change the path of the new application to *: ${hostname}/* takes precedence over ${hostname}.`
      : `Take the path out of the new application: ${hostname} takes precedence over ${others.join(", ")}.`,
    ...(isNamed && others.length > 0
      ? [
          `Remove ${hostname} from "${name}", which no longer decides there. It keeps ${others.join(", ")} and their sessions.`,
        ]
      : []),
    ...(keeps === undefined
      ? []
      : [
          `Leave "${name}" as it is: it no longer decides there, and keeps ${keeps}.`,
        ]),
    `Take existingApplication out of main.ts where it names "${name}", and run npm run adopt again: it takes the new application over.`,
  ];
  return [
    `Give ${hostname} an application of its own first, in Zero Trust, Access controls, Applications. At no moment is anything open or a token refused; people log in there again:`,
    ...steps.map((step, at) => `${at + 1}. ${step}`),
  ].join("\n");
}
