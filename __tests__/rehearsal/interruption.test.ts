import { ProjectCopy, type Running } from "./project-copy";
import { until } from "./processes";

jest.setTimeout(240_000);

let copy: ProjectCopy;
let before: string[];
beforeAll(() => {
  copy = new ProjectCopy();
  before = copy.listing();
});
afterAll(() => copy.remove());

const left = () =>
  copy
    .listing()
    .filter((path) => !before.includes(path) && !/\.rehearsal$/.test(path));

/** Ctrl-C of a terminal reaches the whole group, `kill -INT` one process. */
const interrupt = ({ child }: Running, whom: "group" | "process") =>
  process.kill(whom === "group" ? -child.pid! : child.pid!, "SIGINT");

describe("Ctrl-C ends with 130 and leaves nothing", () => {
  test.each<[string, RegExp, "group" | "process"]>([
    ["while cdktf synthesizes", /^Provider cloudflare/m, "group"],
    ["while terraform makes the login method", /Creating\.\.\./, "process"],
    ["while terraform makes the service", /comfyui.*Creating\.\.\./, "group"],
    ["while the promises are tried", /cdktf diff comfyui/, "process"],
    ["while all is destroyed", /Destroying\.\.\./, "group"],
  ])("%s", async (_, moment, whom) => {
    const running = copy.start(["--verbose"]);
    await running.printed(moment);
    interrupt(running, whom);
    const { code, stderr } = await running.ended;
    expect(code).toBe(130);
    expect(stderr.trimEnd().split("\n").at(-1)).toBe("Interrupted.");
    expect(copy.processes()).toEqual([]);
    expect(left()).toEqual([]);
  });

  test("before anything is printed", async () => {
    const running = copy.start([]);
    await until(() => copy.processes().length > 0);
    interrupt(running, "group");
    expect((await running.ended).code).toBe(130);
    expect(copy.processes()).toEqual([]);
    expect(left()).toEqual([]);
  });

  test("where whoever read the report has gone", async () => {
    const running = copy.start([]);
    await running.printed(/^Provider/m);
    running.child.stdout?.destroy();
    expect((await running.ended).code).toBe(130);
    expect(copy.processes()).toEqual([]);
    expect(left()).toEqual([]);
  });
});

test("kill -9 leaves its folder alone, which the next run removes", async () => {
  const killed = copy.start(["--verbose"]);
  await killed.printed(/comfyui.*Creating\.\.\./);
  process.kill(killed.child.pid!, "SIGKILL");
  await until(() => copy.processes().length === 0);
  const [folder, ...more] = copy.runs();
  expect(more).toEqual([]);
  expect(
    left().filter((path) => !path.includes(`.rehearsal/${folder}`)),
  ).toEqual([]);

  const next = copy.start([]);
  await next.printed(/^Provider/m);
  expect(copy.runs()).toHaveLength(1);
  expect(copy.runs()).not.toContain(folder);
  interrupt(next, "process");
  await next.ended;
  expect(left()).toEqual([]);
});
