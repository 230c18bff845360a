import { crc32 } from "node:zlib";
import { DnsNames } from "../dns/dns-names";
import type {
  AccessLogEntry,
  AccessUser,
  ApiToken,
  Application,
  DnsRecord,
  GoogleClient,
  Group,
  IdentityProvider,
  JsonObject,
  LoginSession,
  NonIdentityLogin,
  Organization,
  Person,
  Policy,
  RehearsalSettings,
  Revocation,
  ServiceToken,
  Tunnel,
  Zone,
} from "./account-objects";
import { snapshot, type AccountSnapshot } from "./account-snapshot";
import { DEFAULT_SWITCHES, type Switches } from "./switches";

/** What an account is made with. */
export interface AccountOptions {
  /** 32 hexadecimal digits. */
  readonly id: string;
  /** As the dashboard shows it. */
  readonly name: string;
  /** The account's clock. @default - the machine's */
  readonly now?: () => Date;
  /** Source of all ids and secrets; a new UUID at each call. @default - random */
  readonly newId?: () => string;
  /** Behaviours other than the likeliest. @default - `DEFAULT_SWITCHES` */
  readonly switches?: Partial<Switches>;
  /** What a rehearsal is told of the account. @default - nothing */
  readonly rehearsal?: RehearsalSettings;
}

/** What a pair of service-token headers is worth. */
export type ServiceTokenCheck =
  | { outcome: "valid"; token: ServiceToken }
  | { outcome: "expired" | "disabled" | "wrong-secret"; token: ServiceToken }
  | { outcome: "unknown" };

/**
 * One Cloudflare account in memory: what the API writes and the edge, the
 * tunnel and Google read. Maps are keyed by id and keep the order of creation.
 */
export class Account {
  /** 32 hexadecimal digits. */
  readonly id: string;
  /** As the dashboard shows it. */
  readonly name: string;
  /** The account's clock. */
  readonly now: () => Date;
  /** A new UUID, as Access and tunnels use for ids. */
  readonly newId: () => string;
  /** Behaviours that tests turn on. */
  readonly switches: Switches;
  /** What a rehearsal on it sets. */
  readonly rehearsal?: RehearsalSettings;

  /** Null until someone switches Zero Trust on and chooses a team name. */
  organization: Organization | null = null;
  /** Its domains. */
  readonly zones = new Map<string, Zone>();
  /** The records of its zones. */
  readonly dnsRecords = new Map<string, DnsRecord>();
  /** Its tunnels, each with its configuration. */
  readonly tunnels = new Map<string, Tunnel>();
  /** Its login methods. */
  readonly identityProviders = new Map<string, IdentityProvider>();
  /** Its Access applications. */
  readonly applications = new Map<string, Application>();
  /** Reusable ones and those written inside an application. */
  readonly policies = new Map<string, Policy>();
  /** Its rule groups. */
  readonly groups = new Map<string, Group>();
  /** Its service tokens, with their secrets. */
  readonly serviceTokens = new Map<string, ServiceToken>();
  /** Names that applications may have as tags. */
  readonly tags = new Set<string>();
  /** Who may call the API, and what each may do. */
  readonly apiTokens: ApiToken[] = [];

  /** Written by the edge, oldest first. */
  readonly accessLog: AccessLogEntry[] = [];
  /** Written by the edge, oldest first. */
  readonly nonIdentityLogins: NonIdentityLogin[] = [];
  /** People who logged in before, by their e-mail in lower case. */
  readonly users = new Map<string, AccessUser>();
  /** Written by the edge, by the nonce of their tokens. */
  readonly loginSessions = new Map<string, LoginSession>();
  /** Whom Cloudflare tells of what: its notification policies. */
  readonly notifications: JsonObject[] = [];
  /** Sessions that were ended before their time. */
  readonly revocations: Revocation[] = [];

  /** Google's side: who has an account there, and which clients its console knows. */
  readonly people: Person[] = [];
  /** OAuth clients that Google's side knows. */
  readonly googleClients: GoogleClient[] = [];

  constructor(options: AccountOptions) {
    this.id = options.id;
    this.name = options.name;
    this.now = options.now ?? (() => new Date());
    this.newId = options.newId ?? (() => crypto.randomUUID());
    this.switches = { ...DEFAULT_SWITCHES, ...options.switches };
    this.rehearsal = options.rehearsal;
  }

  /** The account's time as Cloudflare writes it, in whole seconds. */
  timestamp(): string {
    return this.now()
      .toISOString()
      .replace(/\.\d+Z$/, "Z");
  }

  /** 32 hexadecimal digits, as zones and DNS records use for ids. */
  newHexId(): string {
    return this.newId().replaceAll("-", "");
  }

  /** 64 hexadecimal digits, as an application's `aud`. */
  newHex64(): string {
    return this.newHexId() + this.newHexId();
  }

  /** A service token's secret in the format of the account's switch. */
  newClientSecret(): string {
    if (this.switches.clientSecretFormat === "hex") return this.newHex64();
    const random = this.newHex64().slice(0, 40);
    const checksum = crc32(random).toString(16).padStart(8, "0");
    return `cfast_${random}${checksum}`;
  }

  /** An application's policies, in the order of their precedence. */
  policiesOf(application: Application): Policy[] {
    return [...application.policies]
      .sort((a, b) => a.precedence - b.precedence)
      .map((link) => this.policies.get(link.id))
      .filter((policy) => policy !== undefined);
  }

  /** How many applications use a policy. */
  appCount(policyId: string): number {
    return [...this.applications.values()].filter((app) =>
      app.policies.some((link) => link.id === policyId),
    ).length;
  }

  /** The DNS of all zones, as the records are now. */
  dnsNames(): DnsNames<DnsRecord> {
    return new DnsNames(this.dnsRecords.values());
  }

  /** Judges the two headers of a service token at the account's present time. */
  checkServiceToken(clientId: string, clientSecret: string): ServiceTokenCheck {
    const token = [...this.serviceTokens.values()].find(
      (candidate) => candidate.client_id === clientId,
    );
    if (token === undefined) return { outcome: "unknown" };
    const now = this.now().getTime();
    const previous = token.previous_client_secret;
    const known =
      clientSecret === token.client_secret ||
      (previous !== undefined &&
        clientSecret === previous.value &&
        now < Date.parse(previous.expires_at));
    if (!known) return { outcome: "wrong-secret", token };
    if (!token.enabled) return { outcome: "disabled", token };
    const expired = now >= Date.parse(token.expires_at);
    return { outcome: expired ? "expired" : "valid", token };
  }

  /**
   * Everything a user of the account can see and set, as plain JSON keyed by
   * id, without secrets, logs and sessions. Two snapshots are equal where
   * nothing was changed in between.
   */
  snapshot(): AccountSnapshot {
    return snapshot({
      account: { id: this.id, name: this.name },
      organization: this.organization,
      zones: this.zones,
      dns_records: this.dnsRecords,
      tunnels: this.tunnels,
      identity_providers: this.identityProviders,
      applications: this.applications,
      policies: this.policies,
      groups: this.groups,
      service_tokens: this.serviceTokens,
      tags: [...this.tags],
      api_tokens: new Map(this.apiTokens.map((token) => [token.id, token])),
    });
  }
}
