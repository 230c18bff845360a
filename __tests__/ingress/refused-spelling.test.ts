import * as fc from "fast-check";
import { refusedSpelling, takesSpelling } from "../../ingress/refused-spelling";
import { testWithSeeds } from "../seeds";
import { rawTargets } from "./spellings";

test.each([
  ["/webhook/a;b", "; after decoding", "/webhook/a-b"],
  ["/webhook/a%3Bb?x=1", "; after decoding", "/webhook/a-b"],
  ["/webhook;a=1", "; after decoding", "/webhook"],
  ["/webhook/%2e%2e/rest", "a name of nothing but dots", "/webhook/rest"],
  ["/webhook/../rest", "a name of nothing but dots", "/webhook/rest"],
  ["/webhook//a", "an empty name (//)", "/webhook/a"],
  ["//webhook/a", "an empty name (//)", "/webhook/a"],
  ["/webhook/100%25", "% after decoding", "/webhook/100-"],
  ["/webhook/%252e%252e/x", "% after decoding", "/webhook/"],
  ["/webhook/a\\b", "\\ after decoding", "/webhook/a/b"],
  ["/webhook/a%0Ab", "U+000A after decoding", "/webhook/a-b"],
  ["/webhook/a%EF%BC%8Fb", "U+FF0F after decoding", "/webhook/a-b"],
  ["/webhook/%CC%81a", "begins with an accent", "/webhook/a"],
  ["/webhook/100%", "a broken percent-encoding", "/webhook/100-"],
  ["/WEBHOOK/a", "other capitals than /webhook", "/webhook/a"],
])("%s has %s", (target, fault, instead) => {
  const found = refusedSpelling("/webhook", target);
  expect(found?.faults.join(" and ")).toContain(fault);
  expect(found?.instead).toContain(instead);
});

test.each([
  "/webhook",
  "/webhook/a",
  "/webhook/",
  "/webhooks",
  "/webhook-test/a",
  "/webhook.json",
  "/rest/a;b",
  "/",
])("%s is let in, or is another path", (target) => {
  expect(refusedSpelling("/webhook", target)).toBeUndefined();
});

testWithSeeds("what is advised instead is let in", 1, (seed) => {
  fc.assert(
    fc.property(rawTargets("/webhook"), (target) => {
      const found = refusedSpelling("/webhook", target);
      if (!found) return;
      expect(takesSpelling("/webhook", target)).toBe(false);
      expect(takesSpelling("/webhook", found.instead)).toBe(true);
    }),
    { seed },
  );
});
