import { CookieJar } from "tough-cookie";
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
 * says where each request comes from and, at Google, picks the person's account.
 */
export function browser(internet: Internet, email: string): Person {
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
        const chooser = accountChooser(answer.text, email);
        if (!chooser) return { ...answer, url: at };
        page = at;
        chain = [new URL(chooser.action, at).href];
        form = chooser.form;
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

/** The form of Google's page on which one picks an account, filled in. */
function accountChooser(
  page: string,
  email: string,
): { action: string; form: Record<string, string> } | undefined {
  if (!page.includes(`name="email" value="${email}"`)) return undefined;
  const action = /<form[^>]*\saction="([^"]*)"/.exec(page)?.[1] ?? "";
  return { action: action.replaceAll("&amp;", "&"), form: { email } };
}
