import { only, Patient } from "./patient";

let patient: Patient;
beforeAll(async () => (patient = await Patient.admit()));
afterAll(() => patient.close());

test("a healthy app breaks none", async () => {
  const finding = only(await patient.examine(), "house-rules");
  expect(finding.status).toBe("ok");
});

test("what breaks one is told before there is a plan, with the remedy", async () => {
  const finding = only(
    await patient.examine({
      ACCESS_ALLOWED_EMAIL_DOMAINS: "gmail.com",
      // A synth of its own: the one above is used again else.
      ACCESS_DNS_RECORDS: "create",
    }),
    "house-rules",
  );
  expect(finding).toMatchObject({
    status: "warning",
    about: "comfyui: comfyui.datacrew.space",
    what: expect.stringMatching(/\(public-mail-domain\)$/),
    todo: "Name individual addresses.",
  });
});
