import { byWidth } from "../by-width";
import type { Rule } from "../rule";

export const anyAccount: Rule = {
  id: "any-account",
  title: "An allow policy for any account of a login method",
  why: "At Google, GitHub and the like anybody can make an account, and one-time PINs go to any address.",
  remedy: "Name e-mail addresses, endings or groups, or require them as well.",
  check: (managed) =>
    byWidth(
      managed,
      "account",
      "lets in whoever has an account with the login method",
    ),
};
