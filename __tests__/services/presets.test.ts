import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { z } from "zod";
import {
  notesBlock,
  readNotes,
  SERVICE_NOTES,
} from "../../contract/service-notes";
import { PRESETS } from "../../services/presets";
import { AccessStacks } from "../../stacks/app";
import { ServiceStack } from "../../stacks/service-stack";

const SERVICES = resolve(__dirname, "../../services");
const NAMES = Object.keys(PRESETS);

/** Lists of paths, by what they are for. */
function purposes(service: object): [string, readonly string[]][] {
  return Object.entries(service).flatMap(([purpose, value]) => {
    const { data } = z.array(z.string()).safeParse(value);
    return data ? [[purpose, data]] : [];
  });
}

let dir: string;
const previous = process.env.CDKTF_OUTDIR;
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), "presets-"));
  process.env.CDKTF_OUTDIR = join(dir, "out");
});
afterAll(() => {
  if (previous === undefined) delete process.env.CDKTF_OUTDIR;
  else process.env.CDKTF_OUTDIR = previous;
  rmSync(dir, { recursive: true });
});

test("every service has a file of its name, and is in the catalogue of the docs", () => {
  const table = readFileSync(resolve(SERVICES, "../docs/services.md"), "utf8");
  const files = readdirSync(SERVICES).map((file) => file.replace(".ts", ""));
  for (const name of NAMES) {
    expect(files).toContain(name);
    expect(table).toContain(`[${name}](../services/${name}.ts)`);
  }
});

test("every file says in which source or run its facts were seen", () => {
  for (const name of NAMES)
    expect(readFileSync(join(SERVICES, `${name}.ts`), "utf8")).toMatch(
      /^ \* (Seen|Tried) (in|with) /m,
    );
});

test("every service says whether it meets Cloudflare's limits", () => {
  for (const { service } of Object.values(PRESETS))
    expect(service.limits).toEqual({
      largeBodies: expect.any(String) as string,
      lateAnswers: expect.any(String) as string,
    });
});

test("every list of open paths is one that a stack takes, with no path twice", () => {
  const app = new AccessStacks();
  for (const [name, { service }] of Object.entries(PRESETS)) {
    const lists = purposes(service);
    for (const [, paths] of lists)
      expect(new Set(paths).size).toBe(paths.length);
    const openPaths = lists.reduce<string[]>(
      (all, [, paths]) => [...new Set([...all, ...paths])],
      [],
    );
    new ServiceStack(app, name, {
      accountId: "0123456789abcdef0123456789abcdef",
      stateDir: join(dir, "state"),
      zone: "example.com",
      tunnel: "home",
      loginMethod: "Google",
      allowedEmails: ["ann@example.com"],
      service,
      openPaths,
      hostname: `${name}.example.com`,
      serviceUrl: service.containerUrl,
    });
  }
  app.synth();
});

test("what a service says of logins and apps reaches the doctor", () => {
  const { service } = PRESETS.vaultwarden ?? {};
  const notes = readNotes({
    [SERVICE_NOTES]: notesBlock({
      zone: "example.com",
      tunnel: "home",
      loginMethods: ["Google"],
      ownLogin: service?.ownLogin,
      apps: service?.apps,
    }),
  });
  expect(notes).toMatchObject({
    ownLogin: expect.stringContaining("master password"),
    apps: expect.stringContaining("vaultwarden.clients"),
  });
});
