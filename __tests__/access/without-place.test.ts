import { ApplicationIndex } from "../../access/match-application";
import type { Application } from "../../access/model";
import { withoutPlace } from "../../access/without-place";

const HOST = "app.x.io";
const at = (...uris: string[]): Application => ({
  ...{ name: "Hook", type: "self_hosted" },
  destinations: uris.map((uri) => ({ type: "public", uri })),
});

test.each([
  [[`${HOST}/hook`], 'delete "Hook"'],
  [
    [`${HOST}/hook`, "other.x.io", `${HOST}/more`],
    `remove ${HOST}/hook from "Hook", which keeps the other places that it is for`,
  ],
  [
    ["*.x.io/hook"],
    `keep "Hook", which is for other hosts too, and give ${HOST}/hook an application of its own (openPaths, or the paths of a token)`,
  ],
])("of %j: %s", (uris, todo) => {
  expect(withoutPlace(at(...uris), HOST, "/hook")).toBe(todo);
});

test("done as it says, another host stays protected", () => {
  const uris = [`${HOST}/hook`, "other.x.io"];
  const todo = withoutPlace(at(...uris), HOST, "/hook");
  const left = at(...uris.filter((uri) => !todo.includes(`remove ${uri} `)));
  const index = new ApplicationIndex([[left, left] as const]);
  expect(index.find(HOST, "/hook")).toBeUndefined();
  expect(index.find("other.x.io", "/")).toBeDefined();
});
