import { Agent, request } from "node:https";
import type { AskGoogle } from "./google-login";

/**
 * Asks a host that the edge itself serves, over its own port and with its own
 * certificates: what looks like a call to Google never leaves this machine.
 *
 * @param port of the edge, once it listens
 */
export function askOwnEdge(port: () => number, ca: string): AskGoogle {
  const agent = new Agent({ ca });
  return (url, form, bearer) =>
    new Promise((resolve, reject) => {
      const { hostname, pathname, search } = new URL(url);
      const asking = request(
        {
          agent,
          host: "127.0.0.1",
          port: port(),
          servername: hostname,
          path: pathname + search,
          method: form ? "POST" : "GET",
          headers: {
            host: hostname,
            accept: "application/json",
            ...(bearer !== undefined && { authorization: `Bearer ${bearer}` }),
            ...(form && {
              "content-type": "application/x-www-form-urlencoded",
            }),
          },
        },
        (answer) => {
          const chunks: Buffer[] = [];
          answer.on("data", (chunk: Buffer) => chunks.push(chunk));
          answer.on("error", reject);
          answer.on("end", () =>
            resolve({
              status: answer.statusCode ?? 0,
              text: Buffer.concat(chunks).toString(),
            }),
          );
        },
      );
      asking.on("error", reject);
      asking.end(form?.toString());
    });
}
