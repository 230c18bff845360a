import { byWidth } from "../by-width";
import type { Rule } from "../rule";

export const anyAccount: Rule = {
  id: "any-account",
  title: "An allow policy for any account of a login method",
  why: "Anyone can create an account at Google, GitHub or Cloudflare, and one-time PINs go to any address.",
  remedy: "Name e-mail addresses, domains or groups, or require them as well.",
  check: (managed) =>
    byWidth(managed, "account", () => "admits any account of the login method"),
};
