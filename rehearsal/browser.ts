import { CookieJar } from "tough-cookie";
import type { Mail } from "../local/edge/team";
import {
  fetchSite,
  navigation,
  ownScript,
  ownWebSocket,
} from "../probe/fetch-metadata";
import type { Internet } from "../probe/internet";
import type { Answer, Ask, Person } from "../probe/world";

const MOST_HOPS = 20;

/**
 * A person of the rehearsal with a browser: it keeps cookies, follows redirects,
 * says where each request comes from, picks the person's account at Google, and
 * types in the code of a one-time PIN that was mailed.
 *
 * @param mails Codes that were mailed, the latest last.
 */
export function browser(
  internet: Internet,
  email: string,
  mails: readonly Mail[] = [],
): Person {
  const jar = new CookieJar();

  const cookiesFor = async (url: string): Promise<Record<string, string>> => {
    const cookie = await jar.getCookieString(url);
    return cookie === "" ? {} : { cookie };
  };

  const step = async (url: string, ask: Ask = {}): Promise<Answer> => {
    const answer = await internet.ask(url, {
      ...ask,
      headers: { ...ask.headers, ...(await cookiesFor(url)) },
    });
    for (const cookie of answer.headers.getSetCookie())
      await jar.setCookie(cookie, url, { ignoreError: true });
    return answer;
  };

  return {
    email,
    ask: (url, ask = {}) =>
      step(url, {
        ...ask,
        headers: { ...ownScript(url, ask.method), ...ask.headers },
      }),
    async visit(url) {
      // Typed, until a form of a page leads on.
      let page: string | undefined;
      let chain = [url];
      let form: Ask["form"];
      for (let hop = 0; hop <= MOST_HOPS; hop++) {
        const at = chain.at(-1) ?? url;
        const headers = {
          ...navigation(fetchSite(page, chain)),
          ...(form && page && { origin: new URL(page).origin }),
        };
        const answer = await step(at, { form, headers });
        const location = answer.headers.get("location");
        if (location !== null) {
          chain = [...chain, new URL(location, at).href];
          form = undefined;
          continue;
        }
        const filled =
          loginChoice(answer.text) ??
          accountChooser(answer.text, email) ??
          oneTimePin(answer.text, email, mails);
        if (!filled) return { ...answer, url: at };
        page = at;
        chain = [new URL(filled.action, at).href];
        form = filled.form;
      }
      throw new Error(`${url} redirects in a loop, last to ${chain.at(-1)}`);
    },
    async openSocket(url) {
      const page = url.replace(/^ws/, "http");
      const cookies = await cookiesFor(page);
      return internet.openSocket(url, { ...cookies, ...ownWebSocket(url) });
    },
  };
}

/** The form of a page that asks for the address or the code of a PIN, filled in. */
function oneTimePin(
  page: string,
  email: string,
  mails: readonly Mail[],
): FilledForm | undefined {
  if (/<input type="email" name="email"/.test(page))
    return { action: "", form: { email } };
  const code = mails.findLast(({ to }) => to === email)?.code;
  return page.includes('name="code"') && code !== undefined
    ? { action: "", form: { code } }
    : undefined;
}

interface FilledForm {
  /** Where it is sent to; empty where it is the page's own address. */
  readonly action: string;
  /** What is sent; nothing where a link is followed. */
  readonly form?: Record<string, string>;
}

/** The link of a login page with several login methods: Google's, else the first. */
function loginChoice(page: string): FilledForm | undefined {
  const links = [
    ...page.matchAll(/<a class="button" href="([^"]*)">([^<]*)<\/a>/g),
  ];
  const [, href] =
    links.find(([, , name]) => name === "Google") ?? links[0] ?? [];
  return href === undefined
    ? undefined
    : { action: href.replaceAll("&amp;", "&") };
}

/** The form of Google's page on which one picks an account, filled in. */
function accountChooser(page: string, email: string): FilledForm | undefined {
  if (!page.includes(`name="email" value="${email}"`)) return undefined;
  const action = /<form[^>]*\saction="([^"]*)"/.exec(page)?.[1] ?? "";
  return { action: action.replaceAll("&amp;", "&"), form: { email } };
}
