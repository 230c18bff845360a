import type { IncomingMessage, ServerResponse } from "node:http";

/** Hosts that are served beside Cloudflare's. */
export interface WebHosts {
  readonly hosts: readonly string[];
  handle(request: IncomingMessage, response: ServerResponse): Promise<void>;
}

/** Several of them as one. */
export function allOf(...parts: readonly WebHosts[]): WebHosts {
  return {
    get hosts() {
      return parts.flatMap(({ hosts }) => hosts);
    },
    async handle(request, response) {
      const host = hostOf(request);
      const part = parts.find(({ hosts }) => hosts.includes(host));
      await part?.handle(request, response);
    },
  };
}

export function hostOf({ headers }: IncomingMessage): string {
  return (headers.host ?? "").replace(/:\d+$/, "").toLowerCase();
}
