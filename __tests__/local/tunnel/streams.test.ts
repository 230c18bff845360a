import { once } from "node:events";
import { WebSocket } from "ws";
import type { StandIn } from "../../../local/origins/stand-in";
import { Bench, HOST } from "./support";
import { answerTo, begin, visit } from "./visitor";

let bench: Bench;
beforeAll(async () => {
  bench = await Bench.start();
  await bench.origin("app:80", talker);
  bench.pushRule({ service: "http://app:80" });
});
afterAll(() => bench.close());

/** Sends back each piece and each message as it comes. */
const talker: StandIn = {
  async handle(request, response) {
    if (request.url === "/early") {
      response.writeHead(413).end("too much");
      return;
    }
    response.writeHead(200);
    response.flushHeaders();
    if (request.url === "/break") {
      response.write("half");
      response.destroy();
      return;
    }
    for await (const piece of request) response.write(piece);
    response.end();
  },
  accept: (request) =>
    request.url === "/ws"
      ? (socket) =>
          socket.on("message", (message) =>
            socket.send(`${request.headers["x-visitor"]}: ${String(message)}`),
          )
      : undefined,
};

test("bodies pass piece by piece, in both directions", async () => {
  const asked = begin(bench, "/", { method: "POST" });
  asked.write("one");
  const answer = await answerTo(asked);
  expect(String((await once(answer, "data"))[0])).toBe("one");
  asked.write("two");
  expect(String((await once(answer, "data"))[0])).toBe("two");
  asked.end();
  await once(answer, "end");
});

test.each([100, 5_000_000])(
  "an answer that comes before a body of %d bytes is through reaches the visitor",
  async (size) => {
    const answer = await visit(bench, "/early", {
      method: "POST",
      body: "x".repeat(size),
    });
    expect(answer).toMatchObject({ status: 413, text: "too much" });
  },
);

test("half an answer is not taken for a whole one", async () => {
  await expect(visit(bench, "/break")).rejects.toThrow(/aborted|hang up/);
});

test("a visitor who leaves takes the request to the origin along", async () => {
  let left: Promise<unknown> | undefined;
  const arrived = new Promise<void>((resolve) => {
    void bench
      .origin("slow:80", {
        async handle(_request, response) {
          left = once(response, "close");
          response.writeHead(200);
          response.flushHeaders();
          resolve();
        },
      })
      .then(() => {
        bench.pushRule({ service: "http://slow:80" });
        const asked = begin(bench, "/");
        asked.on("error", () => undefined);
        asked.once("response", (answer) => {
          answer.on("error", () => undefined);
          asked.destroy();
        });
        asked.end();
      });
  });
  await arrived;
  await left;
  bench.pushRule({ service: "http://app:80" });
  expect((await visit(bench, "/early")).status).toBe(413);
});

function open(path: string): WebSocket {
  return new WebSocket(`ws://127.0.0.1:${bench.port}${path}`, {
    headers: { host: HOST, "x-visitor": "ada" },
  });
}

async function refusal(socket: WebSocket): Promise<number | undefined> {
  socket.on("error", () => undefined);
  const [, answer] = (await once(socket, "unexpected-response")) as [
    unknown,
    import("node:http").IncomingMessage,
  ];
  answer.resume();
  return answer.statusCode;
}

test("WebSockets pass in both directions and end together", async () => {
  const socket = open("/ws");
  await once(socket, "open");
  socket.send("hello");
  expect(String((await once(socket, "message"))[0])).toBe("ada: hello");
  socket.close();
  await once(socket, "close");
});

test("an origin's refusal of a WebSocket is the visitor's answer", async () => {
  expect(await refusal(open("/other"))).toBe(404);
});

test.each([
  ["403 without the token that the rule demands", 403, "http://app:80"],
  ["502 where the origin is unknown", 502, "http://nowhere:80"],
])("a WebSocket is refused with %s", async (_name, status, service) => {
  const access = { required: status === 403 };
  bench.pushRule({ service, originRequest: { access } });
  expect(await refusal(open("/ws"))).toBe(status);
});
