import { decide } from "../../access/decide";
import {
  ALLOW,
  ANA,
  app,
  GOOGLE,
  ONE_TIME_PIN,
  person,
  request,
} from "./examples";

const ask = (warp: boolean, idp: typeof GOOGLE, email = "ana@example.com") =>
  decide(
    {
      applications: [
        app([ALLOW], {
          allowed_idps: [GOOGLE.id],
          allow_authenticate_via_warp: warp,
        }),
      ],
    },
    request({ identity: person(email, { idp }) }),
  );

test("a login by a method that the application does not name counts only where WARP may have brought it", () => {
  expect(ask(false, ONE_TIME_PIN).outcome).toBe("login");
  const decision = ask(true, ONE_TIME_PIN);
  expect(decision).toMatchObject({
    outcome: "depends",
    dependsOn: [{ id: "warp_session" }],
    possible: [{ outcome: "pass" }, { outcome: "login" }],
  });
});

test("WARP changes nothing for a method that the application names, or whom no policy lets in", () => {
  expect(
    decide(
      { applications: [app([ALLOW], { allow_authenticate_via_warp: true })] },
      request({ identity: ANA }),
    ).outcome,
  ).toBe("pass");
  expect(ask(true, GOOGLE).outcome).toBe("pass");
  const bob = ask(true, ONE_TIME_PIN, "bob@example.com");
  expect(
    bob.outcome === "depends" && bob.possible.map(({ outcome }) => outcome),
  ).toEqual(["identity_denied", "login"]);
});
