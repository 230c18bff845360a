import { CookieJar } from "tough-cookie";
import type { Internet } from "../probe/internet";
import type { Answer, Person } from "../probe/world";

const MOST_HOPS = 20;

/**
 * A person of the rehearsal with a browser: it keeps cookies, follows redirects
 * and, at Google, picks the person's account.
 */
export function browser(internet: Internet, email: string): Person {
  const jar = new CookieJar();

  const cookiesFor = async (url: string) => {
    const cookie = await jar.getCookieString(url);
    return cookie === "" ? {} : { cookie };
  };

  const step = async (
    url: string,
    ask: { method?: string; headers?: Record<string, string> } = {},
  ): Promise<Answer> => {
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
    ask: step,
    async visit(url) {
      let at = url;
      for (let hop = 0; hop < MOST_HOPS; hop++) {
        const answer = await step(at);
        const next =
          answer.headers.get("location") ?? accountLink(answer.text, email);
        if (next === undefined) return { ...answer, url: at };
        at = new URL(next, at).href;
      }
      throw new Error(`${url} leads in circles, lately to ${at}`);
    },
    async openSocket(url) {
      const page = url.replace(/^ws/, "http");
      return internet.openSocket(url, await cookiesFor(page));
    },
  };
}
