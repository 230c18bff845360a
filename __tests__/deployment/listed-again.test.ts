import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { listedAgain } from "../../deployment/listed-again";

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "listed-again-"));
  mkdirSync(join(dir, "journal"));
});
afterEach(() => rmSync(dir, { recursive: true }));

const before = (...ids: readonly string[]) =>
  JSON.stringify({ policies: ids.map((id) => ({ id, reusable: true })) });

test("the policies of before are known by the state, and by the journal of a run that was cut off", () => {
  const note = (name: string, id: string, claim: string) =>
    writeFileSync(
      join(dir, "journal", name),
      JSON.stringify({ id, claim, written: [] }),
    );
  note("1.json", "a1 application app2", before("p3"));
  note("2.json", "a1/t1/app.x.io/", "a claim of a route");
  const resource = (type: string, previous: string) => ({
    ...{ address: `${type}.one`, mode: "managed", type },
    values: { id: "app1", previous },
  });
  expect(
    listedAgain(
      [
        resource("tunnel_existing_application", before("p1", "p2")),
        resource("tunnel_route", before("p9")),
      ],
      { ACCESS_STATE_DIR: dir },
    ),
  ).toEqual(["p1", "p2", "p3"]);
});
