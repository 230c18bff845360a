import { serve } from "../../local/origins/server";
import { comfyui } from "../../local/origins/comfyui";
import { n8n } from "../../local/origins/n8n";
import { ProjectCopy } from "./project-copy";

jest.setTimeout(300_000);

const copy = new ProjectCopy();
afterAll(() => copy.remove());

interface Report {
  held: boolean;
  lines: { what: string; mark: string; seen: string; detail?: string }[];
}

test("rehearses main.ts with a running service, and says where it is", async () => {
  const service = await serve(comfyui());
  const own = `127.0.0.1:${service.port}`;
  try {
    const { code, stdout } = await copy.start([
      `--origin comfyui=http://${own} --json`,
    ]).ended;
    const { held, lines } = JSON.parse(stdout) as Report;
    expect(lines.filter(({ mark }) => mark === "failed")).toEqual([]);
    expect([code, held]).toEqual([0, true]);
    expect(lines).toEqual(
      expect.arrayContaining([
        expect.objectContaining({
          what: "localhost works unchanged",
          mark: "ok",
          seen: `API 200 at ${own}`,
        }),
        expect.objectContaining({
          what: "The service accepts its page's requests",
          mark: "ok",
        }),
        // Nothing here can tell it.
        expect.objectContaining({
          what: "Neighbour services work unchanged",
          mark: "skipped",
        }),
      ]),
    );
    expect(copy.runs()).toEqual([]);
  } finally {
    await service.close();
  }
});

test("rehearses a preset that main.ts does not have", async () => {
  const service = await serve(n8n());
  try {
    const { code, stdout } = await copy.start([
      `--origin n8n=http://localhost:${service.port} --json`,
    ]).ended;
    const { lines } = JSON.parse(stdout) as Report;
    expect(lines.filter(({ mark }) => mark === "failed")).toEqual([]);
    expect(lines.map(({ what }) => what)).toEqual(
      expect.arrayContaining([
        "cdktf deploy identity n8n",
        // Not the guide's own n8n, which has a rule by hand.
        "Before: no my-n8n.datacrew.space yet",
        "Open paths are open, and nothing else is",
        "After: the account is as before",
      ]),
    );
    expect(code).toBe(0);
  } finally {
    await service.close();
  }
});

test("refuses a name that neither main.ts nor a preset has, and one that is off this machine", async () => {
  const service = await serve(comfyui());
  try {
    const unknown = await copy.start([
      `--origin wiki=http://127.0.0.1:${service.port}`,
    ]).ended;
    expect(unknown.stderr).toContain('main.ts has no service "wiki"');
    expect(unknown.code).toBe(2);
  } finally {
    await service.close();
  }
  const away = await copy.start(["--origin comfyui=http://192.0.2.1:8188"])
    .ended;
  expect(away.stderr).toContain("is not this machine's loopback");
  expect(away).toMatchObject({ code: 2, stdout: "" });
  expect(copy.runs()).toEqual([]);
});
