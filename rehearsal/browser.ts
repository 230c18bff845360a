import { CookieJar } from "tough-cookie";
import type { Internet } from "../probe/internet";
import type { Answer, Ask, Person } from "../probe/world";

const MOST_HOPS = 20;

/**
 * A person of the rehearsal with a browser: it keeps cookies, follows redirects
 * and, at Google, picks the person's account.
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
    ask: step,
    async visit(url) {
      let at = url;
      let answer = await step(at);
      for (let hop = 0; hop < MOST_HOPS; hop++) {
        const location = answer.headers.get("location");
        const chooser = location === null && accountChooser(answer.text, email);
        if (location === null && !chooser) return { ...answer, url: at };
        at = new URL(chooser ? chooser.action : (location ?? ""), at).href;
        answer = await step(at, chooser ? { form: chooser.form } : {});
      }
      throw new Error(`${url} redirects in a loop, last to ${at}`);
    },
    async openSocket(url) {
      const page = url.replace(/^ws/, "http");
      return internet.openSocket(url, await cookiesFor(page));
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
