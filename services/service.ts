/** What the commands around a deploy know of a service. */
export interface Service {
  /** Its name for people: `ComfyUI`. */
  readonly name: string;
  /** Text that its page shows once someone is in. */
  readonly pageText: string;
  /** A path of its API that answers 200 to a plain GET. */
  readonly apiPath: string;
  /** A path that takes WebSockets. @default - it has none */
  readonly webSocketPath?: string;
  /** The service as its neighbours in Docker reach it. */
  readonly containerUrl: string;
  /** The service as scripts on the host reach it. */
  readonly localUrl: string;
}
