import { placeOf } from "../../doctor/symptoms/answerer";

test("says of two that may have answered that it was one of them", () => {
  expect(placeOf(["the connector", "the service"]).why).toMatch(
    /^cloudflared answers itself .*\. Or Access, tunnel and token let /,
  );
  expect(placeOf(["Caddy", "Caddy"]).why).not.toContain(" Or ");
});
