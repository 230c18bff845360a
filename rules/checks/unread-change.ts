import type { Rule } from "../rule";

export const unreadChange: Rule = {
  id: "unread-change",
  title: "A change that the review can't read",
  why: "It bears on who gets in, and nobody is told what it does.",
  remedy: "Read it in the plan by hand, and write a waiver that says so.",
  check: ({ plans }) =>
    plans.flatMap(({ stack, unread }) =>
      unread.map((address) => ({
        stack,
        about: address,
        what: "is changed in a way that is not known here",
      })),
    ),
};
