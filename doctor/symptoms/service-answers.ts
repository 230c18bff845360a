import { credentialHeaders, credentialsFrom } from "../../client/credentials";
import { type Check, notChecked, problem } from "../check";
import { PAGES } from "../pages";
import type { SymptomContext } from "./context";

/** The last to be asked: by now tunnel and rule are in order. */
export const serviceAnswers: Check<SymptomContext> = {
  id: "service-answers",
  why: "cloudflared answers 502 where it can't reach the service.",
  page: PAGES.tunnels,
  async run({ env, outside, service: { apiPath, hostname, name, routes } }) {
    const pair = credentialsFrom(env, name);
    const url = `https://${hostname}${apiPath}`;
    const { status } = await outside.ask(url, {
      headers: pair && credentialHeaders(pair),
    });
    if (status < 500)
      return notChecked(
        pair
          ? `answered ${status} just now: the service is back, or fails at times`
          : `answered ${status} just now, by Access; without a token the service itself can't be asked`,
        url,
      );
    const to = routes.find(({ rule }) => !rule.path)?.rule.service;
    return problem(
      `answered ${status}: the connector does not reach ${to}`,
      `On the host: are the containers up (docker compose ps), and on one network with cloudflared, and does ${to} answer there (docker logs cloudflared)?`,
      url,
    );
  },
};
