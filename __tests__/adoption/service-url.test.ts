import { asServiceUrl, withoutUser } from "../../adoption/service-url";

test.each([
  ["http://caddy:80", "http://caddy:80"],
  ["unix:/run/App.sock", "unix:/run/App.sock"],
  ["http_status:404", "http_status:404"],
  ["HTTP://Caddy:80/", "http://Caddy:80"],
  ["https://caddy/base?x#y", "https://caddy"],
  ["http://ada:pa55@caddy:8080", "http://caddy:8080"],
  ["https://[2001:db8::1]:8443/", "https://[2001:db8::1]:8443"],
  ["caddy:80", undefined],
  ["http://", undefined],
  ["", undefined],
])("%s is said as %s", (service, url) => {
  expect(asServiceUrl({ service })).toBe(url);
});

test("takes any service of a rule whose visitor names it", () => {
  const originRequest = { bastionMode: true };
  expect(asServiceUrl({ service: "anything", originRequest })).toBe("anything");
});

test("shows no user and no password of a service", () => {
  expect(withoutUser("http://ada:pa55@caddy:80")).toBe("http://…@caddy:80");
  expect(withoutUser(undefined)).toBe("undefined");
});
