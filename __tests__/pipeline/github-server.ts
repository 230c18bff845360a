import { createServer } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";

export interface Comment {
  readonly id: number;
  readonly user: { readonly type: "Bot" | "User"; readonly login: string };
  body: string;
}

export interface Issue {
  readonly number: number;
  readonly user: { readonly type: "Bot" | "User" };
  title: string;
  body: string;
  state: "open" | "closed";
  readonly pull_request?: object;
  /** Texts of its comments. */
  readonly said: string[];
}

/** The part of GitHub's API that comments, statuses and issues take. */
export interface GitHubServer {
  readonly url: string;
  readonly issues: Issue[];
  /** Those of pull request 7. */
  readonly comments: Comment[];
  /** `METHOD path`, of every request. */
  readonly calls: string[];
  /** Statuses of commits, as they were set. */
  readonly statuses: Record<string, string>[];
  /** Further answers to GET, by the path with its query. */
  readonly answers: Map<string, unknown>;
  /** Refuses everything from now on, as where a permission lacks. */
  refuse(): void;
  close(): Promise<void>;
}

export const TOKEN = "ghs_of-this-run";
const PATH = "/repos/acme/access/issues";

/** @see https://docs.github.com/en/rest/issues/comments */
export async function startGitHub(): Promise<GitHubServer> {
  const comments: Comment[] = [];
  const issues: Issue[] = [];
  const calls: string[] = [];
  const statuses: Record<string, string>[] = [];
  const answers = new Map<string, unknown>();
  let refused = false;
  const server = createServer(async (request, response) => {
    const { headers, method = "", url = "" } = request;
    const { pathname, searchParams } = new URL(url, "http://github");
    const body = await text(request);
    const answer = (status: number, value: unknown) =>
      response
        .writeHead(status, { "content-type": "application/json" })
        .end(JSON.stringify(value));
    calls.push(`${method} ${pathname}`);
    if (headers.authorization !== `Bearer ${TOKEN}`)
      return answer(401, { message: "Bad credentials" });
    if (refused)
      return answer(403, { message: "Resource not accessible by integration" });
    const known = answers.get(url);
    if (method === "GET" && known !== undefined) return answer(200, known);
    const commit = /^\/repos\/acme\/access\/statuses\/(\w+)$/.exec(
      pathname,
    )?.[1];
    if (method === "POST" && commit) {
      const status = JSON.parse(body) as Record<string, string>;
      statuses.push({ sha: commit, ...status });
      return answer(201, {});
    }
    const { body: written = "" } = JSON.parse(body || "{}") as Partial<Comment>;
    if (written.length > 65_536)
      return answer(422, { message: "Body is too long" });
    if (method === "GET" && pathname === `${PATH}/7/comments`) {
      const size = Number(searchParams.get("per_page"));
      const first = (Number(searchParams.get("page")) - 1) * size;
      return answer(200, comments.slice(first, first + size));
    }
    if (method === "POST" && pathname === `${PATH}/7/comments`) {
      const user = { type: "Bot", login: "github-actions[bot]" } as const;
      const comment = { id: 1000 + comments.length, user, body: written };
      comments.push(comment);
      return answer(201, comment);
    }
    if (method === "GET" && pathname === PATH) {
      const size = Number(searchParams.get("per_page"));
      const first = (Number(searchParams.get("page")) - 1) * size;
      const state = searchParams.get("state");
      const listed = issues.filter((one) => one.state === state);
      return answer(200, listed.slice(first, first + size));
    }
    if (method === "POST" && pathname === PATH) {
      const made: Issue = {
        ...{ number: issues.length + 1, user: { type: "Bot" }, title: "" },
        ...{ body: "", state: "open", said: [] },
        ...(JSON.parse(body) as object),
      };
      issues.push(made);
      return answer(201, made);
    }
    const issue = issues.find(
      ({ number }) => pathname.split("/")[5] === String(number),
    );
    if (issue && method === "PATCH") {
      Object.assign(issue, JSON.parse(body));
      return answer(200, issue);
    }
    if (issue && method === "POST" && pathname.endsWith("/comments")) {
      issue.said.push(written);
      return answer(201, {});
    }
    const id = Number(/\/comments\/(\d+)$/.exec(pathname)?.[1]);
    const found = comments.find((comment) => comment.id === id);
    if (method === "PATCH" && found) {
      found.body = written;
      return answer(200, found);
    }
    return answer(404, { message: "Not Found" });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    comments,
    issues,
    calls,
    statuses,
    answers,
    refuse: () => void (refused = true),
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
