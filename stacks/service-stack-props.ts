import type { AccessAppSettings } from "../constructs/access-app-settings";
import type { PolicySettings } from "../constructs/access-policy";
import type { AccessRule } from "../constructs/access-rule";
import type { OriginRequest } from "../constructs/origin-request";
import type { Guest } from "../contract/guests";
import type { AccessPromise } from "../contract/promises";
import type { Rotations } from "../contract/rotations";
import type { Service } from "../services/service";
import type { AccountStack, AccountStackProps } from "./account-stack";
import type { TunnelStack } from "./tunnel-stack";
import type {
  ExistingTokenProps,
  ServiceTokenProps,
  TokenStoreChoice,
} from "./service-tokens";

/** What the stack of a service is made with. */
export interface ServiceStackProps extends AccountStackProps {
  /** The stack that makes the login method: deployed before this one. @default - the login methods are there already */
  readonly identity?: AccountStack;
  /** Name of the login method people use, such as `Google`, or several names. */
  readonly loginMethod: string | readonly string[];
  /** Zone of the account that the host lies in. */
  readonly zone: string;
  /** Name of the remotely managed tunnel that leads to the service. */
  readonly tunnel: string;
  /**
   * The stack that makes this tunnel: it is deployed before, and destroyed after.
   *
   * @default - the tunnel exists already
   */
  readonly tunnelStack?: TunnelStack;

  /** What is known of the service: one of the catalogue, or five lines of your own. */
  readonly service: Service;
  /** Public host: one label below the zone, or the zone itself. */
  readonly hostname: string;
  /** Where the tunnel's connector finds the service: `http://caddy:80`. */
  readonly serviceUrl: string;
  /**
   * Host header the service sees. One other than the hostname makes services
   * that compare it with `Origin` refuse their own page: synth warns of it.
   *
   * @default - that of the rule this one replaces, else the hostname
   */
  readonly httpHostHeader?: string;
  /**
   * How the connector talks to the service, such as `{ noTLSVerify: true }` for
   * a certificate of its own.
   *
   * @default - as the rule had it that stood there before, else cloudflared's
   * defaults
   */
  readonly origin?: OriginRequest;
  /**
   * What the application can be told besides: CORS, cookies, deny pages, tags
   * and so on. It holds for the applications of tokens' paths as well, but for
   * `oauthConfiguration`, which is of the whole host, and
   * `pathCookieAttribute`, which is of a path alone.
   *
   * @default - nothing
   */
  readonly application?: AccessAppSettings;

  /**
   * Id of an application that somebody made for this host, and for it alone. It
   * keeps its id, its audience, its name and every setting that this stack does
   * not state; its policies are replaced by those of this stack and stay in the
   * account. A destroy gives it back as it was before the first deploy.
   *
   * @default - the stack makes one
   */
  readonly existingApplication?: string;
  /**
   * The same for paths of the host that `openPaths` or a token's `paths` names:
   * ids of applications that somebody made for such a path, and for it alone, as
   * in `{ "/hook": "b11d0000-0000-4000-8000-000000000008" }`.
   *
   * @default - the stack makes one for each of these paths
   */
  readonly existingPathApplications?: Readonly<Record<string, string>>;

  /** Addresses of the people who may log in. @default - none */
  readonly allowedEmails?: readonly string[];
  /** Everyone whose address ends so may log in: `example.com`. @default - none */
  readonly allowedEmailDomains?: readonly string[];
  /**
   * Members of these groups may log in: names of groups of the identity stack,
   * or of any others that the account has.
   *
   * @default - none
   */
  readonly allowedGroups?: readonly string[];
  /**
   * People who may log in until a day is over: `{ email: "bob@example.com",
   * until: "2026-12-06" }`, or `"2026-12-06T18:00"`. One whose time is over is
   * out of what the next deploy makes; `npm run ci -- guests` deploys nothing
   * else, and ends their sessions.
   *
   * @default - none
   */
  readonly guests?: readonly Guest[];
  /** Where the days of guests end, such as `Europe/Berlin`. @default "UTC" */
  readonly timeZone?: string;
  /** Further rules, any of which lets someone in who logs in. @default - none */
  readonly allowed?: readonly AccessRule[];
  /** Rules that everyone must fit as well. @default - none */
  readonly required?: readonly AccessRule[];
  /** Rules of people who are left out, whatever the others say. @default - none */
  readonly denied?: readonly AccessRule[];
  /** How long a login lasts. @default "24h" */
  readonly sessionDuration?: string;
  /**
   * What is asked of people besides: a justification, approvals, a second
   * factor and so on.
   *
   * @default - nothing
   */
  readonly policy?: PolicySettings;

  /**
   * Service tokens for machines: made by the stack, or of the account and only
   * admitted, as in `{ existing: "<id or client id>" }`.
   *
   * @default - one, named `<id>-api`, for a year
   */
  readonly tokens?: readonly (ServiceTokenProps | ExistingTokenProps)[];
  /**
   * Where this stack itself keeps the tokens that name no other `store`.
   *
   * @default - nowhere: `npm run secrets` writes them
   */
  readonly tokenStore?: TokenStoreChoice;
  /**
   * Rotations of the secrets of all services' tokens, which `npm run rotate`
   * writes down.
   *
   * @default - none
   */
  readonly rotations?: Rotations;

  /**
   * Paths that must be open to everyone without login, such as `/webhook`;
   * each with the names below it that docs/open-paths.md lets in.
   *
   * @default - none
   */
  readonly openPaths?: readonly string[];
  /**
   * Paths of rules that the tunnel already has for this host, as they are
   * written there: `["^/webhook"]`. The stack takes these rules over: what they
   * take then needs a login, like the rest of the host, and goes to
   * `serviceUrl`. A destroy puts them back. `npm run adopt` prints them.
   *
   * @default - none: such a rule stays, and takes its paths without a login
   */
  readonly existingRules?: readonly string[];

  /**
   * What becomes of DNS records that lead the host elsewhere. `replace`: the
   * stack's own takes their place in one step, after all that protects the host,
   * and a destroy puts them back before all else, field by field; taken out of the
   * code later, that stays so. Without it they are refused.
   *
   * `create` insists on making the record, `existing` on one that is there
   * already, which is never written; from `create` to `existing` it stays. Nobody
   * needs these two.
   *
   * @default - one that leads to the tunnel is used, and one is made where there is none
   */
  readonly dnsRecord?: "create" | "existing" | "replace";
  /**
   * What a destroy leaves on the tunnel: the rule that stood there before,
   * which may be public, or none.
   *
   * @default "restore"
   */
  readonly onDestroy?: "restore" | "remove";

  /**
   * What is meant, in sentences that `review` proves for every request and
   * `probe` tries: `person("ann@example.com").reaches("/*")`. Without
   * being written it holds that nobody whom the service does not allow reaches
   * more than the open paths, and that a token with paths opens no others.
   *
   * @default - what follows from the other props
   */
  readonly promises?: readonly AccessPromise[];
}
