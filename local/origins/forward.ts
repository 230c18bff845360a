import { STATUS_CODES, type IncomingMessage } from "node:http";
import type { Address } from "../network";
import {
  OriginUnreachable,
  proxyRequest,
  proxyUpgrade,
} from "../tunnel/to-origin";
import { sendText, type StandIn } from "./stand-in";

/** Takes a stand-in's place: a running service gets every request as it came. */
export function forward(address: Address): StandIn {
  const service = {
    kind: "http" as const,
    address,
    authority: `${address.host}:${address.port}`,
    tls: undefined,
    hostHeader: undefined,
  };
  const headers = ({ headers }: IncomingMessage) => ({ ...headers });
  return {
    async handle(request, response) {
      try {
        await proxyRequest(service, request, response, headers(request));
      } catch (error) {
        if (!(error instanceof OriginUnreachable)) throw error;
        sendText(response, 502, STATUS_CODES[502] ?? "");
      }
    },
    takeOver: (request) => async (socket, head) => {
      try {
        await proxyUpgrade(service, request, socket, head, {
          headers: headers(request),
          answerHeaders: {},
        });
      } catch (error) {
        if (!(error instanceof OriginUnreachable)) throw error;
        socket.end(
          `HTTP/1.1 502 ${STATUS_CODES[502]}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`,
        );
      }
    },
  };
}
