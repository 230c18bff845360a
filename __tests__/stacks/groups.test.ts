import { remedyFor } from "../../deployment/remedies";
import { TerraformError } from "../../deployment/terraform";
import { differences } from "../../rehearsal/account-diff";
import type { Config } from "./app";
import { faults } from "./faults";
import { TIMEOUT, World } from "./world";

jest.setTimeout(TIMEOUT);

const ADA = "ada@datacrew.space";
const GRACE = "grace@example.org";
const HOSTS = ["comfyui.datacrew.space", "n8n.datacrew.space"] as const;
const URLS = HOSTS.map((host) => `https://${host}/`);
const WATCH = { urls: URLS };

/** Two services, which members of a group may use. */
function config(
  groups: Config["groups"],
  allowedGroups: readonly string[],
): Config {
  const [comfyui, n8n] = HOSTS;
  const props = { allowedEmails: [], allowedGroups };
  const allowed = allowedGroups.length > 0 ? props : { allowedEmails: [ADA] };
  return {
    groups,
    services: {
      comfyui: { service: "comfyui", hostname: comfyui, ...allowed },
      n8n: { service: "n8n", hostname: n8n, ...allowed },
    },
  };
}

/** As Terraform would take it for a template. */
const BY_HAND = "${by.hand} %{ too";

const ARTISTS = { artists: { emails: [ADA] } };

let world: World;
let before: unknown;
beforeAll(async () => {
  world = await World.open("empty");
  before = world.account.snapshot();
});
afterAll(() => world.close());

/** Which of the services a person gets into. */
async function reached(email: string): Promise<boolean[]> {
  const person = world.person(email);
  const answers = await Promise.all(URLS.map((url) => person.reach(url)));
  return answers.map((answer) => answer !== undefined);
}

/** How a deploy fails. */
async function failure(changed: Config): Promise<TerraformError> {
  const error: unknown = await world.deploy(changed, WATCH).catch((e) => e);
  if (error instanceof TerraformError) return error;
  throw error;
}

test("a group lets its members into every service that names it", async () => {
  const done = await world.deploy(config(ARTISTS, ["artists"]), WATCH);
  expect(done.writesOf.identity).toEqual(
    expect.arrayContaining(["create group artists"]),
  );
  expect(faults(done)).toEqual([]);
  expect(await reached(ADA)).toEqual([true, true]);
  expect(await reached(GRACE)).toEqual([false, false]);
});

test("one more member is one change, and counts everywhere", async () => {
  const more = { artists: { emails: [ADA, GRACE] } };
  const done = await world.deploy(config(more, ["artists"]), WATCH);
  expect(done.writes).toEqual(["update group artists"]);
  expect(faults(done)).toEqual([]);
  expect(await reached(GRACE)).toEqual([true, true]);
});

test("an ending instead of members, and what every member must fit", async () => {
  const ending = { artists: { emailDomains: ["@Datacrew.space"] } };
  const done = await world.deploy(config(ending, ["artists"]), WATCH);
  expect(done.writes).toEqual(["update group artists"]);
  expect(faults(done)).toEqual([]);
  expect(await reached(ADA)).toEqual([true, true]);
  expect(await reached(GRACE)).toEqual([false, false]);
});

test("fails for a group that is nowhere, and names those that are", async () => {
  const { output } = await failure(config(ARTISTS, ["artists", "painters"]));
  expect(output.replace(/[│\s]+/g, " ")).toMatch(
    "No Access group is named painters. There: artists. Write one of these in allowedGroups",
  );
});

test("fails to remove a group that services use, with the remedy", async () => {
  const { output } = await failure(config({}, []));
  expect(output).toMatch("409 Conflict");
  expect(remedyFor(output)?.remedy).toMatch(
    "remove it from every service's allowedGroups and deploy; then",
  );
  expect(await reached(ADA)).toEqual([true, true]);
});

test("a group is removed once no service names it", async () => {
  const unused = await world.deploy(config(ARTISTS, []), WATCH);
  expect(faults(unused)).toEqual([]);
  const done = await world.deploy(config({}, []), WATCH);
  expect(done.writes).toEqual(["delete group artists"]);
  expect(faults(done)).toEqual([]);
});

test("a group made by hand serves as well, and a destroy leaves it", async () => {
  const id = world.account.newId();
  world.account.groups.set(id, {
    id,
    name: BY_HAND,
    include: [{ email: { email: GRACE } }],
    exclude: [],
    require: [],
    created_at: world.account.timestamp(),
    updated_at: world.account.timestamp(),
  });
  const both = config(ARTISTS, ["artists", BY_HAND]);
  expect(faults(await world.deploy(both, WATCH))).toEqual([]);
  expect(await reached(GRACE)).toEqual([true, true]);

  const gone = await world.destroy(both, WATCH);
  expect(faults(gone)).toEqual([]);
  expect(gone.writesOf.identity).toEqual(
    expect.arrayContaining(["delete group artists"]),
  );
  expect([...world.account.groups.keys()]).toEqual([id]);
  world.account.groups.delete(id);
  expect(differences(before, world.account.snapshot())).toEqual([]);
});
