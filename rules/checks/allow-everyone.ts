import { byWidth } from "../by-width";
import type { Rule } from "../rule";

export const allowEveryone: Rule = {
  id: "allow-everyone",
  title: "An allow policy for everyone",
  why: 'With a login method such as Google, "everyone" means every Google account in the world.',
  remedy: "Name e-mail addresses, domains or groups.",
  check: (managed) =>
    byWidth(managed, "everyone", () => "admits everyone who can log in"),
};
