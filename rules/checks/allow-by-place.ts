import { byWidth } from "../by-width";
import type { Rule } from "../rule";

export const allowByPlace: Rule = {
  id: "allow-by-place",
  title: "An allow policy based only on location",
  why: "An IP address or country does not identify a person, and both are shared.",
  remedy:
    "Move the location to the required rules, and name people in the include rules.",
  check: (managed) =>
    byWidth(
      managed,
      "place",
      () => "admits anyone from an IP address or country",
    ),
};
