import type { DoctorFinding } from "../../doctor/check";
import { printFindings } from "../../doctor/print";

const subject = { why: "", page: "" };

const skipped = (id: string, what: string): DoctorFinding => ({
  id,
  ...subject,
  status: "not checked",
  what,
});

test("has one line for all that one reason keeps from being checked", () => {
  const table = printFindings([
    { id: "node", ...subject, status: "ok", what: "Node.js 24" },
    skipped("api-token", "needs settings first"),
    skipped("zone", "needs settings first"),
    skipped("tunnel", "needs settings first"),
    skipped("seats", "the token can't read them"),
  ]);
  expect(table.split("\n").map((line) => line.replace(/ +/g, " "))).toEqual([
    "ok node Node.js 24",
    "not checked 3 checks needs settings first: api-token, zone, tunnel",
    "not checked seats the token can't read them",
    "",
    "0 problems, 0 warnings, 4 not checked, 1 in order.",
  ]);
});
