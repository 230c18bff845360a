import type { Plan } from "../../review/change";
import { sessions } from "../../review/findings/sessions";
import type { Material } from "../../review/findings/finding";
import type { Cell } from "../../review/matrix";

const application = { id: "app", aud: "aud", name: "n8n" };
const plan = (stack: string, id: string) =>
  ({
    stack,
    resources: [{ kind: "application", action: "no-op", before: { id } }],
  }) as unknown as Plan;

const ACCOUNT = {
  access: { organization: { auth_domain: "team.cloudflareaccess.com" } },
};

/** The remedy where these people lose access. */
function remedy(
  subjects: readonly object[],
  plans: readonly Plan[] = [plan("identity", "other"), plan("flows", "app")],
) {
  const cells = subjects.map((subject) => ({
    subject: { label: "somebody", ...subject },
    before: { outcome: "login", application, sessionSeconds: 86_400 },
    after: { outcome: "refused", application },
  })) as unknown as readonly Cell[];
  const material = { change: { plans, after: ACCOUNT }, matrix: { cells } };
  return sessions(material as unknown as Material)[0]?.remedy;
}

const person = (email: string) => ({ kind: "named", email });
const all = "end the sessions once it is deployed: npm run revoke -- flows";

test("it names the stack and each of a few people", () => {
  expect(remedy([person("ann@example.com"), person("ann@example.com")])).toBe(
    `${all} --person ann@example.com`,
  );
});

test.each([
  ["people whom nobody named", [person("a@b.c"), { kind: "else", email: "x" }]],
  ["many", ["a", "b", "c", "d"].map((one) => person(`${one}@b.c`))],
])("it ends the sessions of all where there are %s", (_, subjects) => {
  expect(remedy(subjects)).toBe(all);
});

test("it makes up no stack", () => {
  expect(remedy([person("a@b.c")], [])).toMatch(
    /revoke -- SERVICE --person a@b\.c$/,
  );
});

/** Whether people who are logged in keep access, by what is after the deploy. */
function keepAccess(after: object) {
  const cell = {
    subject: { label: "ann", ...person("ann@example.com") },
    before: { outcome: "login", application, sessionSeconds: 86_400 },
    after: { outcome: "refused", application, ...after },
  };
  const material = {
    change: { plans: [], after: ACCOUNT },
    matrix: { cells: [cell] },
  };
  return sessions(material as unknown as Material).length > 0;
}

test("where the connector refuses them with a session too, nobody keeps access", () => {
  const rule = (audTag: string, teamName = "team") => ({
    service: "http://caddy:80",
    originRequest: { access: { required: true, teamName, audTag: [audTag] } },
  });
  expect(keepAccess({ rule: rule("aud") })).toBe(true);
  expect(keepAccess({ rule: { service: "http://caddy:80" } })).toBe(true);
  expect(keepAccess({ rule: rule("another") })).toBe(false);
  expect(keepAccess({ rule: rule("aud", "other") })).toBe(false);
  const bypass = { name: "lan", decision: "bypass" };
  const passed = {
    rule: rule("aud"),
    application: { ...application, policies: [bypass] },
  };
  expect(keepAccess({ ...passed, policy: "lan" })).toBe(false);
  expect(keepAccess({ ...passed, policy: "people" })).toBe(true);
});
