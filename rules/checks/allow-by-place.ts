import { byWidth } from "../by-width";
import type { Rule } from "../rule";

export const allowByPlace: Rule = {
  id: "allow-by-place",
  title: "An allow policy for whoever is at a place",
  why: "An address or a country says nothing about who somebody is, and people share both.",
  remedy:
    "Put the place into the required rules, and name people in the others.",
  check: (managed) =>
    byWidth(
      managed,
      "place",
      "lets in whoever asks from an address or country",
    ),
};
