import { byWidth } from "../by-width";
import type { Rule } from "../rule";

export const allowEveryone: Rule = {
  id: "allow-everyone",
  title: "An allow policy for everyone",
  why: "With a login method like Google, everyone means every Google account of the world.",
  remedy: "Name e-mail addresses, endings or groups.",
  check: (managed) =>
    byWidth(managed, "everyone", "lets everyone in who can log in"),
};
