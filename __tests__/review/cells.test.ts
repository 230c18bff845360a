import { matrixOf } from "../../review/matrix";
import { allow, changeOf, NOW, ZONE, type Host } from "./states";

const BEN = "ben@example.com";

test("what changes for everyone is no change for somebody who is refused otherwise", () => {
  const host: Host = {
    host: `app.${ZONE}`,
    checks: false,
    policies: [
      {
        id: "office",
        name: "office",
        decision: "bypass",
        include: [{ ip: { ip: "192.0.2.0/24" } }],
      },
      { ...allow(BEN), decision: "deny" },
    ],
  };
  const change = changeOf([{ ...host, record: "none" }], [host]);
  const { cells } = matrixOf(change, NOW);
  expect(
    cells
      .filter(({ turn }) => turn !== "same")
      .map(({ subject, turn }) => `${subject.label}: ${turn}`),
  ).toEqual([
    "anyone without a login from 192.0.2.0/24: gains",
    "anyone else with a Google account from 192.0.2.0/24: gains",
  ]);
  expect(cells.map(({ subject }) => subject.label)).toContain(BEN);
});
