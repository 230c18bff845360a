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
  const material = { change: { plans }, matrix: { cells } };
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
