import { createServer, request, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { CookieJar } from "tough-cookie";
import type { Account } from "../../../local/account";
import { loadAccount } from "../../../local/account-file";
import { google } from "../../../local/google/google";

export const CLIENT_ID = "100000000001-rehearsal.apps.googleusercontent.com";
export const CLIENT_SECRET = "rehearsal-only-google-client-secret";
export const REDIRECT_URI =
  "https://datacrew.cloudflareaccess.com/cdn-cgi/access/callback";

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

export interface Asking {
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly form?: Record<string, string>;
}

/** The local Google behind a plain socket that answers for all its hosts. */
export class GoogleBench {
  readonly account: Account = loadAccount("guide");
  readonly google = google({ account: this.account });
  readonly #server = createServer((asked, answer) => {
    this.google
      .handle(asked, answer)
      .catch((error: Error) => answer.destroy(error));
  });

  async start(): Promise<void> {
    await new Promise<void>((resolve) =>
      this.#server.listen(0, "127.0.0.1", resolve),
    );
  }

  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeAllConnections();
    await closed;
  }

  /** Asks one of Google's URLs; redirects are not followed. */
  ask(url: string, { form, headers, method }: Asking = {}): Promise<Answer> {
    const { host, pathname, search } = new URL(url);
    const body = form && new URLSearchParams(form).toString();
    const type = form && {
      "content-type": "application/x-www-form-urlencoded",
    };
    return new Promise((resolve, reject) => {
      const asked = request(
        {
          host: "127.0.0.1",
          port: (this.#server.address() as AddressInfo).port,
          method: method ?? (form ? "POST" : "GET"),
          path: pathname + search,
          headers: { ...headers, ...type, host },
          agent: false,
        },
        (answer) => {
          text(answer).then(
            (read) =>
              resolve({
                status: answer.statusCode!,
                headers: answer.headers,
                text: read,
              }),
            reject,
          );
        },
      );
      asked.once("error", reject);
      asked.end(body);
    });
  }

  redeem(code: string, others: Record<string, string> = {}): Promise<Answer> {
    return this.ask("https://oauth2.googleapis.com/token", {
      form: {
        grant_type: "authorization_code",
        code,
        redirect_uri: REDIRECT_URI,
        client_id: CLIENT_ID,
        client_secret: CLIENT_SECRET,
        ...others,
      },
    });
  }
}

/** Where a client sends a browser to log in. */
export function loginUrl(query: Record<string, string> = {}): string {
  const url = new URL("https://accounts.google.com/o/oauth2/v2/auth");
  url.search = new URLSearchParams({
    client_id: CLIENT_ID,
    redirect_uri: REDIRECT_URI,
    response_type: "code",
    scope: "openid email profile",
    state: "state-1",
    nonce: "nonce-1",
    ...query,
  }).toString();
  return url.href;
}

/** A browser that keeps cookies and stays at Google. */
export class Browser {
  readonly #jar = new CookieJar();

  constructor(private readonly bench: GoogleBench) {}

  async ask(url: string, asking: Asking = {}): Promise<Answer> {
    const cookie = await this.#jar.getCookieString(url);
    const answer = await this.bench.ask(url, {
      ...asking,
      headers: { ...asking.headers, ...(cookie && { cookie }) },
    });
    for (const one of answer.headers["set-cookie"] ?? [])
      await this.#jar.setCookie(one, url);
    return answer;
  }

  /** Follows redirects until Google shows a page, or sends the browser away. */
  async follow(
    url: string,
    asking: Asking = {},
  ): Promise<Answer & { readonly url: string }> {
    let at = url;
    let answer = await this.ask(at, asking);
    while (answer.headers.location !== undefined) {
      at = new URL(answer.headers.location, at).href;
      if (new URL(at).host !== "accounts.google.com") break;
      answer = await this.ask(at);
    }
    return { ...answer, url: at };
  }

  /** Logs in as a person, and returns what the client's callback is told. */
  async logIn(
    email: string,
    query: Record<string, string> = {},
  ): Promise<URLSearchParams> {
    const page = await this.follow(loginUrl(query));
    const action = /<form method="post" action="([^"]*)">/.exec(page.text)?.[1];
    const chosen = await this.follow(new URL(action!, page.url).href, {
      form: { email },
    });
    expect(chosen.url.startsWith(`${REDIRECT_URI}?`)).toBe(true);
    return new URL(chosen.url).searchParams;
  }
}
