import type { IdentityProvider } from "../../../local/account-objects";
import {
  ADA,
  allowAda,
  HOST,
  MALLORY,
  protect,
  startLab,
  TEAM,
  Visitor,
  type Lab,
} from "./support";

const PAGE = `https://${HOST}/queue?x=1`;
const PIN: IdentityProvider = {
  id: "600613e0-0000-4000-8000-00000000000f",
  name: "One-time PIN",
  type: "onetimepin",
  config: {},
  version: "1",
};

let lab: Lab;
beforeEach(async () => {
  lab = await startLab();
  lab.account.identityProviders.set(PIN.id, PIN);
  protect(lab, [allowAda], {
    allowed_idps: [PIN.id],
    auto_redirect_to_identity: true,
  });
});
afterEach(() => lab.close());

/** Goes to the page, and gives the form that asks for the address. */
async function asked(email: string) {
  const visitor = new Visitor(lab, email);
  const { text, url } = await visitor.visit(PAGE);
  const send = (form: Record<string, string>) =>
    visitor.ask(url, {
      method: "POST",
      headers: { "content-type": "application/x-www-form-urlencoded" },
      body: new URLSearchParams(form).toString(),
    });
  return { send, text, url, visitor };
}

test("asks for the address, mails a code, and lets in who has it", async () => {
  const { send, text, url, visitor } = await asked(ADA);
  expect(new URL(url).host).toBe(TEAM);
  expect(text).toMatch(/<input type="email" name="email"/);

  expect((await send({ email: ADA })).text).toMatch(/name="code"/);
  expect(lab.mails).toEqual([
    { to: ADA, code: expect.stringMatching(/^\d{6}$/) as unknown },
  ]);

  const done = await send({ code: lab.mails[0]?.code ?? "" });
  expect(done.status).toBe(302);
  const page = await visitor.visit(done.headers.location ?? "");
  expect(page.text).toContain("origin GET /queue?x=1");
  expect(lab.account.users.get(ADA)?.idp).toEqual({
    id: PIN.id,
    type: "onetimepin",
  });
});

test("shows whom no policy would let in the same page, and sends no mail", async () => {
  const { send } = await asked(MALLORY);
  const answer = await send({ email: MALLORY });
  expect(answer.text).toMatch(/name="code"/);
  expect(lab.mails).toEqual([]);
});

test("takes no wrong code, and none after five tries", async () => {
  const { send } = await asked(ADA);
  await send({ email: ADA });
  const right = lab.mails[0]?.code ?? "";
  const wrong = right === "000000" ? "000001" : "000000";
  for (let tries = 1; tries < 5; tries++)
    expect((await send({ code: wrong })).text).toMatch(/not valid/);
  expect((await send({ code: wrong })).text).toMatch(/Too many tries/);
  expect((await send({ code: right })).text).toMatch(/has expired/);
});

test("takes no code after ten minutes, and none twice", async () => {
  const { send } = await asked(ADA);
  await send({ email: ADA });
  lab.wait(601);
  const { code = "" } = lab.mails[0] ?? {};
  expect((await send({ code })).text).toMatch(/has expired/);

  const again = await asked(ADA);
  await again.send({ email: ADA });
  const next = { code: lab.mails.at(-1)?.code ?? "" };
  expect((await again.send(next)).status).toBe(302);
  expect((await again.send(next)).text).toMatch(/Invalid login session/);
});

test("takes the code in the browser that asked for it only", async () => {
  const { send, url } = await asked(ADA);
  await send({ email: ADA });
  const other = new Visitor(lab, MALLORY);
  const stolen = await other.ask(url, {
    method: "POST",
    headers: { "content-type": "application/x-www-form-urlencoded" },
    body: `code=${lab.mails[0]?.code}`,
  });
  expect(stolen.text).toMatch(/Invalid login session/);
});
