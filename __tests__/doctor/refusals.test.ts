import { ApiError } from "../../local/api/envelope";
import { hasProblem } from "../../doctor/examine";
import { idsWith, Patient } from "./patient";

let patient: Patient;
beforeEach(async () => {
  patient = await Patient.admit();
});
afterEach(() => patient.close());

/** Refuses calls, all of them or those that read one thing. */
function refuse(status: number, code: number, which = /./): void {
  const headers = { "retry-after": status === 429 ? "300" : "0" };
  patient.cloudflare.api.onCall({
    before: ({ path }) =>
      which.test(path)
        ? new ApiError(status, code, "No", { headers }).toResponse()
        : undefined,
  });
}

test.each([
  [429, 971, /answered 429, 971: No \(GET \/user\/tokens\/verify\)/],
  [500, 1100, /answered 500, 1100: No \(GET \/user\/tokens\/verify\)/],
])(
  "is a problem where Cloudflare answers all with %d",
  async (status, code, says) => {
    refuse(status, code);
    const findings = await patient.examine();
    expect(idsWith(findings, "problem")).toEqual(["api-token"]);
    const found = findings.find(({ id }) => id === "api-token");
    expect(found?.what).toMatch(says);
    expect(found?.todo).toBeTruthy();
  },
);

test.each([
  [429, 971, /limit of 1,200 requests/],
  [500, 1100, /cloudflarestatus/],
])(
  "tells what it could not look at for %d, with the call",
  async (status, code, says) => {
    refuse(status, code, /\/access\/apps$/);
    const findings = await patient.examine();
    expect(hasProblem(findings)).toBe(false);
    const found = findings.find(({ id }) => id === "application");
    expect(found?.status).toBe("not checked");
    expect(found?.what).toMatch(/GET \/accounts\/\w+\/access\/apps/);
    expect(found?.what).toMatch(says);
  },
);
