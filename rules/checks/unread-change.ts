import type { Rule } from "../rule";

export const unreadChange: Rule = {
  id: "unread-change",
  title: "A change that the review can't read",
  why: "It may change who gets in, and the review can't show how.",
  remedy: "Check it in the plan by hand, and write a waiver that says so.",
  check: ({ plans }) =>
    plans.flatMap(({ stack, unread }) =>
      unread.map(({ address, what }) => ({
        stack,
        about: address,
        what: `not read: ${what}`,
      })),
    ),
};
