import { byWidth } from "../by-width";
import type { Rule } from "../rule";

export const publicMailDomain: Rule = {
  id: "public-mail-domain",
  title: "An allow policy for a public e-mail provider",
  why: "Anyone can get an address in this domain.",
  remedy: "Name individual addresses.",
  check: (managed) =>
    byWidth(
      managed,
      "mailbox",
      "admits anyone with a mailbox at a public provider",
    ),
};
