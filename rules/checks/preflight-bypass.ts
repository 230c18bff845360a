import type { Rule } from "../rule";

export const preflightBypass: Rule = {
  id: "preflight-bypass",
  title: "CORS preflights reach the service without login",
  why: "Some services reveal too much in OPTIONS responses, and these requests are not logged.",
  remedy: "Let Access answer preflights: set the application's CORS headers.",
  check: (managed) =>
    managed.applications
      .filter(({ application }) => application.options_preflight_bypass)
      .map(({ stack, uris }) => ({
        stack,
        about: uris.join(", "),
        what: "OPTIONS requests bypass Access",
      })),
};
