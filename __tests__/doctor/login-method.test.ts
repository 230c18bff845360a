import { only, idsWith, Patient } from "./patient";

let patient: Patient;
beforeEach(async () => {
  patient = await Patient.admit();
});
afterEach(() => patient.close());

const ADDRESS = "cloudflare_zero_trust_access_identity_provider.google";

/** Makes a login method of that name with a client of Google's. */
function add(name: string, clientId?: string): string {
  const id = patient.account.newId();
  patient.account.identityProviders.set(id, {
    id,
    name,
    type: "google",
    config: { client_id: clientId ?? patient.env().GOOGLE_CLIENT_ID! },
    version: "1",
  });
  return id;
}

/** Only the login method may have turned. */
async function finding(env: Record<string, string> = {}) {
  const findings = await patient.examine(env);
  expect(
    idsWith(findings, "problem", "warning", "not checked").filter(
      (id) => id !== "login-method",
    ),
  ).toEqual([]);
  return only(findings, "login-method");
}

test("will be made where none has the name", async () => {
  expect(await finding()).toMatchObject({
    status: "ok",
    what: expect.stringContaining("will be made"),
  });
});

test("is recognised by its client where it has another name", async () => {
  add("Work");
  expect(await finding()).toMatchObject({
    status: "warning",
    what: "Google will be made, and Work (google) is there with the same client id: the account would have two for one client",
    todo: "To use that one, unset GOOGLE_CLIENT_ID and name it in its place (ACCESS_LOGIN_METHOD, or loginMethod in main.ts).",
  });
});

test("that the stack made is kept", async () => {
  patient.deployed("identity", { [ADDRESS]: add("Google") });
  expect(await finding()).toMatchObject({
    status: "ok",
    what: expect.stringContaining("client id equal"),
  });
});

test("that the stack made with another client will change", async () => {
  const id = add("Google", "3-before.apps.googleusercontent.com");
  patient.deployed("identity", { [ADDRESS]: id });
  expect(await finding()).toMatchObject({
    status: "warning",
    what: expect.stringContaining("3-before"),
  });
});

test("that the stack made and somebody removed is told of", async () => {
  patient.deployed("identity", { [ADDRESS]: "gone" });
  expect(await finding()).toMatchObject({ status: "warning" });
});

test("of the same client that the stack does not know is to be adopted", async () => {
  add("Google");
  expect(await finding()).toMatchObject({
    status: "problem",
    todo: expect.stringContaining("npm run adopt -- identity"),
  });
});

test("of the same client that applications use is not to be adopted, which would leave it", async () => {
  const id = add("Google");
  for (const application of patient.account.applications.values())
    application.allowed_idps = [id];
  const { status, todo } = only(await patient.examine(), "login-method");
  expect(status).toBe("problem");
  expect(todo).toMatch(/^Unset GOOGLE_CLIENT_ID to use that one, or give ours/);
});

test("of the stack's own beside another of its name: the other is renamed, as a deploy names its own so again", async () => {
  const id = add("Google");
  patient.deployed("identity", { [ADDRESS]: id });
  add("Google", "3-other.apps.googleusercontent.com");
  const { status, todo } = only(await patient.examine(), "login-method");
  expect(status).toBe("problem");
  expect(todo).toMatch(
    /^Rename the other one in Zero Trust, not the one of the stack identity/,
  );
});

test("of which the account has two is told as two: renamed first, then used, it is in order", async () => {
  add("Google");
  const id = add("Google", "3-other.apps.googleusercontent.com");
  expect(await finding()).toMatchObject({
    status: "problem",
    what: "2 login methods are named Google, made elsewhere: a deploy would make another of this name",
    todo: expect.stringMatching(
      /^Rename all but the one that people are to use .* then unset GOOGLE_CLIENT_ID; or give ours another name in ACCESS_LOGIN_METHOD/,
    ),
  });
  const all = patient.account.identityProviders;
  all.set(id, { ...all.get(id)!, name: "Google of before" });
  const env = { GOOGLE_CLIENT_ID: "", ACCESS_LOGIN_METHOD: "Google" };
  expect(await finding(env)).toMatchObject({ status: "ok" });
});

test("of another client would be there twice after a deploy", async () => {
  add("Google", "3-other.apps.googleusercontent.com");
  expect(await finding()).toMatchObject({
    status: "problem",
    todo: expect.stringContaining("Unset GOOGLE_CLIENT_ID"),
  });
});

describe("that is only looked up", () => {
  const env = { GOOGLE_CLIENT_ID: "", ACCESS_LOGIN_METHOD: "Google" };

  test("exists", async () => {
    add("Google");
    expect(await finding(env)).toMatchObject({
      status: "ok",
      what: "Google (google) exists and is only read",
    });
  });

  test.each([
    [{}, /everybody with a user at Cloudflare can log in/],
    [{ restrict_to_account_members: true }, /members of the account alone/],
  ])("is Cloudflare's own, set up with %j", async (config, said) => {
    const id = add("Google");
    const all = patient.account.identityProviders;
    all.set(id, { ...all.get(id)!, type: "cloudflare", config });
    expect(await finding(env)).toMatchObject({
      status: "ok",
      what: expect.stringMatching(said),
    });
  });

  test("exists twice", async () => {
    add("Google");
    add("Google");
    expect(await finding(env)).toMatchObject({ status: "problem" });
  });

  test("does not exist, so that Google has nothing to be asked about either", async () => {
    const findings = await patient.examine(env);
    expect(idsWith(findings, "problem", "warning")).toEqual(["login-method"]);
    expect(idsWith(findings, "not checked")).toEqual(["google-client"]);
    expect(only(findings, "login-method").what).toContain("One-time PIN");
  });
});
