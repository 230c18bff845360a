/**
 * A request as the Access edge sees it. A field left out is not known, and a
 * decision that hangs on it comes out as "depends"; `null` says that there is
 * none of it.
 */
export interface AccessRequest {
  /** Host name; case, a port and a trailing dot make no difference. */
  readonly host: string;
  /** Path, as the edge matches it: `//`, `%2e` and `..` stand for themselves. A query or fragment is ignored. */
  readonly path: string;
  /** A CORS preflight: `OPTIONS` with `Access-Control-Request-Method`. @default false */
  readonly preflight?: boolean;
  /** Carries `X-Requested-With: XMLHttpRequest`. @default false */
  readonly xhr?: boolean;
  /** Asks for a WebSocket. It is decided as any other request; reasons name it. @default false */
  readonly webSocket?: boolean;
  /** Who is logged in, by a session that is still good. @default - nobody */
  readonly identity?: Identity | null;
  /** The service token sent along. @default - none */
  readonly serviceToken?: PresentedServiceToken | null;
  /** Address of the client, IPv4 or IPv6. @default - not known: what hangs on it is a fact to be asked */
  readonly ip?: string;
  /** Country of that address, as two letters. @default - not known: what hangs on it is a fact to be asked */
  readonly country?: string;
  /** The valid client certificate presented over mutual TLS. @default - none */
  readonly certificate?: ClientCertificate | null;
  /** Id of the application that a valid linked-app OAuth token was issued for. @default - none */
  readonly linkedAppToken?: string | null;
  /** Answers to facts by their id, where the caller knows them: `{"device_posture:1234": true}`. @default - none is known */
  readonly known?: Readonly<Record<string, boolean>>;
}

/** A person, as the login method described them at login. */
export interface Identity {
  /** Their e-mail address, in any case of letters. */
  readonly email: string;
  /** The login method they used: its id, and its type such as `google`. */
  readonly idp: { readonly id: string; readonly type: string };
  /** Ids, names and addresses of the groups that the login method named. GitHub: `org` and `org/team`. @default - none */
  readonly groups?: readonly string[];
  /** OIDC claims or SAML attributes. @default - none */
  readonly claims?: Readonly<Record<string, string | readonly string[]>>;
  /** Ids of the Cloudflare accounts that they are members of. @default - not known: what hangs on it is a fact to be asked */
  readonly cloudflareAccounts?: readonly string[];
  /** Values of the `amr` claim: `mfa`, `pwd`, `hwk` ... @default - none */
  readonly authMethods?: readonly string[];
}

/** What the caller found out about the service token headers of a request. */
export type PresentedServiceToken =
  | { readonly state: "valid"; readonly id: string }
  | {
      /** `duplicate`, `incomplete`: headers that do not make one pair of id and secret. */
      readonly state:
        "invalid" | "expired" | "disabled" | "duplicate" | "incomplete";
      readonly id?: string;
    };

/** A client certificate that was verified. */
export interface ClientCertificate {
  /** Its subject's common name. */
  readonly commonName: string;
}
