import type { Rule } from "../rule";

export const preflightBypass: Rule = {
  id: "preflight-bypass",
  title: "Preflights reach the service without a login",
  why: "Some services answer OPTIONS with more than they should, and nobody sees it in the logs.",
  remedy:
    "Let Access answer preflights: set the CORS headers of the application.",
  check: (managed) =>
    managed.applications
      .filter(({ application }) => application.options_preflight_bypass)
      .map(({ stack, uris }) => ({
        stack,
        about: uris.join(", "),
        what: "OPTIONS requests are let through",
      })),
};
