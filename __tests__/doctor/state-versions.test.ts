import { WRITTEN_BY_OUTPUT } from "../../contract/written-by";
import { idsWith, only, Patient } from "./patient";

let patient: Patient;
beforeEach(async () => {
  patient = await Patient.admit();
});
afterEach(() => patient.close());

const GOOGLE = "cloudflare_zero_trust_access_identity_provider.google";

test("names a state that the provider of the code refuses, and the way back", async () => {
  const deployed = { [GOOGLE]: "600613e0-0000-4000-8000-000000000001" };
  patient.deployed("identity", deployed, { [WRITTEN_BY_OUTPUT]: "5.22.0" });
  expect(only(await patient.examine(), "state-versions")).toMatchObject({
    status: "problem",
    about: "identity",
    what: expect.stringMatching(
      /by Cloudflare's provider 5\.22\.0, .* 5\.14\.0/,
    ),
    todo: expect.stringContaining("npm run restore-state -- identity"),
  });

  patient.deployed("identity", deployed);
  const again = await patient.examine();
  expect(idsWith(again, "problem")).not.toContain("state-versions");
});
