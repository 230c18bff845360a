import { randomBytes } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import type { Account } from "../account";
import type { Person } from "../account-objects";
import { chooserPage, failurePage } from "./pages";
import { findByEmail } from "./people";
import { sendJson, sendPage } from "./send";

const CODE_MS = 10 * 60 * 1000;

interface Granted<T> {
  readonly person: Person;
  readonly redirectUri: string;
  readonly until: number;
  /** What the exchange is held against. */
  readonly to: T;
}

/**
 * Logins by OAuth's authorization code: a page with the people of the account, a
 * code for whoever is chosen there, a token for the code. Nobody is asked for
 * consent.
 *
 * @see https://datatracker.ietf.org/doc/html/rfc6749#section-4.1
 */
export class CodeFlow<T> {
  readonly #codes = new Map<string, Granted<T>>();
  readonly #tokens = new Map<string, Person>();

  constructor(
    private readonly account: Account,
    private readonly words: {
      /** Heads the page. */
      readonly title: string;
      /** Says that nobody has this address. */
      readonly unknown: string;
      /** What tokens begin with. @default "" */
      readonly prefix?: string;
    },
  ) {}

  /** Shows the page, or sends back who was chosen on it. */
  async choose(
    query: URLSearchParams,
    request: IncomingMessage,
    response: ServerResponse,
    to: T,
  ): Promise<void> {
    const { account, words } = this;
    if (request.method !== "POST") {
      request.resume();
      const page = chooserPage(request.url ?? "", account.people, words.title);
      return sendPage(response, 200, page);
    }
    const email = new URLSearchParams(await text(request)).get("email") ?? "";
    const person = findByEmail(account, email);
    if (person === undefined)
      return sendPage(response, 400, failurePage(words.unknown, email));
    const redirectUri = query.get("redirect_uri") ?? "";
    const code = randomBytes(10).toString("hex");
    const until = Date.now() + CODE_MS;
    this.#codes.set(code, { person, redirectUri, until, to });
    const back = new URL(redirectUri);
    back.searchParams.set("code", code);
    back.searchParams.set("state", query.get("state") ?? "");
    response.writeHead(302, { location: back.href });
    response.end();
  }

  /** Takes a code, which works once; undefined where it is none that is good here. */
  take(form: URLSearchParams): Granted<T> | undefined {
    const code = form.get("code") ?? "";
    const found = this.#codes.get(code);
    this.#codes.delete(code);
    return found !== undefined &&
      found.until >= Date.now() &&
      found.redirectUri === form.get("redirect_uri")
      ? found
      : undefined;
  }

  sendToken(response: ServerResponse, person: Person): void {
    const token = randomBytes(18).toString("hex");
    const access_token = `${this.words.prefix ?? ""}${token}`;
    this.#tokens.set(access_token, person);
    sendJson(response, 200, { access_token, token_type: "bearer" });
  }

  /** Whose token a request has. */
  personOf({ headers }: IncomingMessage): Person | undefined {
    const [, bearer = ""] =
      /^Bearer (.+)$/.exec(headers.authorization ?? "") ?? [];
    return this.#tokens.get(bearer);
  }
}
