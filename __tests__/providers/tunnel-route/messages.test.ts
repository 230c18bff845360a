import type { IngressRule } from "../../../ingress/rule";
import {
  ruleFromBefore,
  willPutBack,
} from "../../../providers/tunnel-route/messages";

/** What plans of a deploy and a destroy say of a rule that is there already. */
function told(originRequest?: object): string[] {
  const rule = {
    hostname: "app.example.com",
    service: "http://app:80",
    originRequest,
  } as IngressRule;
  const texts: string[] = [];
  const diagnostics = {
    warn: (_: string, detail = "") => void texts.push(detail),
    error: () => undefined,
  };
  ruleFromBefore(diagnostics, rule, null);
  willPutBack(diagnostics, rule);
  return texts;
}

const PUBLIC =
  /does not check Access's JWT: without an Access application, the host is public/;

test.each<[string, object | undefined, RegExp]>([
  ["nothing", undefined, PUBLIC],
  [
    "an access that is not required",
    { access: { required: false, teamName: "t", audTag: ["aud-1"] } },
    PUBLIC,
  ],
  [
    "the JWT of an application",
    { access: { required: true, teamName: "t", audTag: ["aud-1"] } },
    /requires the JWT of the application with the audience aud-1 \(team t\): where that one no longer protects the host, it lets nobody in/,
  ],
  [
    "a JWT of no application",
    { access: { required: true, teamName: "t", audTag: [] } },
    /names no application \(audTag\): it lets nobody in/,
  ],
])(
  "says who gets through a restored rule that demands %s",
  (_, settings, who) => {
    for (const text of told(settings)) {
      expect(text).toMatch(who);
      if (who !== PUBLIC) expect(text).not.toContain("public");
    }
  },
);
