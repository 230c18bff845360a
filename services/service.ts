/** What the commands around a deploy know of a service. */
export interface Service {
  /** Its name for people: `ComfyUI`. */
  readonly name: string;
  /** Text that its page shows once someone is in. */
  readonly pageText: string;
  /** A path of its API that answers 200 to a plain GET, without a login of the service's own. */
  readonly apiPath: string;
  /** A path that takes WebSockets from whom its own login does not know. @default - it has none */
  readonly webSocketPath?: string;
  /** The service as its neighbours in Docker reach it: what Caddy sends requests to. */
  readonly containerUrl: string;
  /** The service as scripts on the host reach it. */
  readonly localUrl: string;
  /**
   * Variables of the service's own environment that it needs behind a tunnel.
   * Nothing here sets them; the doctor names them.
   *
   * @default - it needs none
   */
  readonly environment?: (
    hostname: string,
    way: {
      /** Proxies before it that name the visitor's address: the connector, and Caddy. */
      readonly proxies: number;
    },
  ) => Readonly<Record<string, string>>;
  /**
   * Whether it answers 403 to what a browser calls cross-site, which the way
   * back from a login is: the first page after each login then stays empty,
   * unless the Caddy of `npm run caddyfile` is in front of it.
   *
   * @default false
   * @see https://developer.mozilla.org/docs/Web/HTTP/Reference/Headers/Sec-Fetch-Site
   */
  readonly refusesCrossSite?: boolean;
  /**
   * When it refuses what a page asks because the page's `Origin` is not the
   * `Host` that the service sees, which `httpHostHeader` changes: `always`, or
   * only where that Host is this machine's own (`localhost`, `127.0.0.1`).
   *
   * @default - never
   */
  readonly comparesOrigin?: "always" | "on loopback";
  /**
   * Whether it meets Cloudflare's limits, and what to do then: one sentence
   * each, for the doctor.
   *
   * @default - not known
   */
  readonly limits?: {
    /** Bodies above 100 MB (Free and Pro; 200 MB on Business) are answered 413. */
    readonly largeBodies?: string;
    /** Answers that begin after about 100 seconds become 524. */
    readonly lateAnswers?: string;
  };
  /**
   * Whether people log in a second time, at the service itself, and how one
   * login does for both: a sentence for the doctor.
   *
   * @default - it has no login of its own
   */
  readonly ownLogin?: string;
  /**
   * What becomes of its apps, which can't log in to Access by a browser: a
   * sentence for the doctor.
   *
   * @default - it has none
   */
  readonly apps?: string;
}
