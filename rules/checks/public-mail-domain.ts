import { byWidth } from "../by-width";
import type { Rule } from "../rule";

export const publicMailDomain: Rule = {
  id: "public-mail-domain",
  title: "An allow policy for a provider of mailboxes",
  why: "Anybody can get an address that ends so.",
  remedy: "Name the addresses themselves.",
  check: (managed) =>
    byWidth(
      managed,
      "mailbox",
      "lets in whoever has a mailbox with such a provider",
    ),
};
