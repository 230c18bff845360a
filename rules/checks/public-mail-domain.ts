import { byWidth } from "../by-width";
import type { Rule } from "../rule";
import { providersIn } from "../../account/policy-width";

export const publicMailDomain: Rule = {
  id: "public-mail-domain",
  title: "An allow policy for a public e-mail provider",
  why: "Anyone can get an address in this domain.",
  remedy: "Name individual addresses.",
  check: (managed) =>
    byWidth(
      managed,
      "mailbox",
      (policy) =>
        `admits anyone with a mailbox at ${providersIn(policy, managed).join(", ")}`,
    ),
};
