import type { AccessAccount } from "../../access/model";
import { TodaysPolicies } from "../../account/todays-policies";

const HOST = "comfyui.example.com";

function account(rules: object, settings: object = {}): AccessAccount {
  return {
    applications: [
      {
        id: "app",
        name: "ComfyUI",
        domain: HOST,
        policies: [{ id: "p", name: "people", decision: "allow", ...rules }],
        ...settings,
      },
    ],
    identity_providers: [
      { id: "g", type: "google" },
      { id: "o", type: "onetimepin" },
    ],
  };
}

const ann = { include: [{ email: { email: "ann@example.com" } }] };
const judge = (rules: object, visitor: object = {}, settings: object = {}) =>
  new TodaysPolicies(account(rules, settings)).judge(HOST, {
    email: "ann@example.com",
    ...visitor,
  });

test("admits who a policy names, and says which", () => {
  expect(judge(ann)).toEqual({
    admitted: "yes",
    how: "identity",
    reason: 'application "ComfyUI": policy "people" admits ann@example.com',
    policy: expect.objectContaining({ name: "people" }) as unknown,
  });
});

test("refuses someone else", () => {
  const { admitted, reason } = judge(ann, { email: "eve@example.com" });
  expect(admitted).toBe("no");
  expect(reason).toContain("no policy admits eve@example.com");
});

test("depends on the country where it is not known", () => {
  const rules = { ...ann, require: [{ geo: { country_code: "NL" } }] };
  expect(judge(rules).admitted).toBe("depends");
  expect(judge(rules, { country: "NL" }).admitted).toBe("yes");
  expect(judge(rules, { country: "US" }).admitted).toBe("no");
});

test("does not stumble over an address that is none", () => {
  const rules = { ...ann, require: [{ ip: { ip: "192.0.2.0/24" } }] };
  expect(judge(rules, { ip: "unknown" }).admitted).toBe("depends");
});

test("takes the login method of the visit, and any where that is unknown", () => {
  const settings = { allowed_idps: ["g"] };
  expect(judge(ann, {}, settings).admitted).toBe("yes");
  const pin = judge(ann, { connection: "onetimepin" }, settings);
  expect(pin.admitted).toBe("no");
  expect(pin.reason).toContain("login method");
});

test("looks at the path as well", () => {
  const { applications, ...rest } = account(ann);
  const open = {
    id: "open",
    name: "ComfyUI /hook",
    domain: `${HOST}/hook`,
    policies: [{ id: "b", decision: "bypass", include: [{ everyone: {} }] }],
  };
  const policies = new TodaysPolicies({
    ...rest,
    applications: [...applications, open],
  });
  const eve = { email: "eve@example.com" };
  expect(policies.judge(`${HOST}/hook`, eve).admitted).toBe("yes");
  expect(policies.judge(HOST, eve).admitted).toBe("no");
});
