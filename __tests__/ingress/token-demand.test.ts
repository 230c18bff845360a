import { isDemandIgnored, withDefaults } from "../../ingress/defaults";
import { tokenDemand } from "../../ingress/token-demand";
import type { IngressRule } from "../../ingress/rule";

const access = { required: true, teamName: "acme", audTag: ["one"] };
const rule = (originRequest: IngressRule["originRequest"]): IngressRule => ({
  hostname: "app.example.com",
  service: "http://one:80",
  originRequest,
});

test("a rule's own demand is what the connector checks", () => {
  expect(tokenDemand(rule({ access }))).toEqual({
    team: "acme",
    auds: ["one"],
  });
  expect(tokenDemand(rule({ access: { ...access, required: false } }))).toBe(
    undefined,
  );
});

test("keys count whatever their case, and the last of several, as in Go", () => {
  expect(tokenDemand(rule({ Access: { Required: true } }))).toEqual({
    team: "",
    auds: [],
  });
  expect(tokenDemand(rule({ access, ACCESS: { required: false } }))).toBe(
    undefined,
  );
  expect(tokenDemand(rule({ access, ACCESS: { audtag: ["two"] } }))).toEqual({
    team: "acme",
    auds: ["two"],
  });
  expect(tokenDemand(rule({ access, ACCESS: null }))).toBe(undefined);
});

test("the tunnel's own demand is no rule's, and its other settings are", () => {
  const defaults = { access, httpHostHeader: "a", noTLSVerify: true };
  const taken = withDefaults(
    rule({ noTLSVerify: false, httpHostHeader: null }),
    defaults,
  );
  expect(taken.originRequest).toEqual({
    httpHostHeader: "a",
    noTLSVerify: false,
  });
  expect(tokenDemand(taken)).toBe(undefined);
  expect(tokenDemand(withDefaults(rule({ access }), defaults))).toEqual({
    team: "acme",
    auds: ["one"],
  });
  expect(isDemandIgnored(defaults)).toBe(true);
  expect(isDemandIgnored({ access: { required: false } })).toBe(false);
});
