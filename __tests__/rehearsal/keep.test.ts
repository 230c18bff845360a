import { statSync } from "node:fs";
import { HOSTILE_ENVIRONMENT } from "./hostile";
import { ProjectCopy } from "./project-copy";

jest.setTimeout(300_000);

const copy = new ProjectCopy();
afterAll(() => copy.remove());

test("--keep lets another shell take part until Ctrl-C", async () => {
  const kept = copy.start(["--keep"], {
    // With CI alone there would be colours.
    env: { CI: "1", NO_COLOR: "1" },
  });
  await kept.printed(/Ctrl-C ends it\./);
  // Nothing more comes, so what has been printed is all there is.
  const [folder] = copy.runs();
  const environment = `${copy.dir}/.rehearsal/${folder}/environment`;
  expect(statSync(environment).mode & 0o777).toBe(0o600);
  const shell = (command: string) =>
    copy.shell(`. ${environment} && exec npx ${command}`, {
      env: HOSTILE_ENVIRONMENT,
    }).ended;

  const diff = await shell("cdktf diff comfyui");
  expect(diff).toMatchObject({
    code: 0,
    stdout: expect.stringContaining("No changes."),
  });
  const destroy = await shell("cdktf destroy comfyui --auto-approve");
  expect(destroy).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/Destroy complete!/),
  });

  process.kill(kept.child.pid!, "SIGINT");
  const { code, stdout, stderr } = await kept.ended;
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(stdout).not.toContain("\x1b");
  expect(stdout).toMatch(/^All held: 13 of 13 in/m);
  expect(stdout).toContain("\nOpen https://comfyui.datacrew.space in a");
  expect(stdout).toMatch(
    /chromium "--host-resolver-rules=MAP \* 127\.0\.0\.1:\d+" "--ignore-certificate-errors-spki-list=[\w+/=]+" --user-data-dir=/,
  );
  expect(stdout).toContain(`\n  . ${environment}\n`);
  expect(copy.processes()).toEqual([]);
  expect(copy.runs()).toEqual([]);
});
