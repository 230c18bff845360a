import { writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { run, TIMEOUT, World } from "./world";

jest.setTimeout(TIMEOUT);

const PROJECT = resolve(__dirname, "../..");
const SETTING = /^(CLOUDFLARE|GOOGLE|ACCESS_ALLOWED|ACCESS_LOGIN|TF_VAR)_/;

test("a bare cdktf takes from .env what Terraform needs of it, and names what the environment overrides", async () => {
  const world = await World.open("guide");
  try {
    const all = Object.entries(world.env);
    const file = join(world.workspace.dir, "settings.env");
    const lines = all.flatMap(([name, value]) =>
      SETTING.test(name) && value ? [`${name}='${value}'\n`] : [],
    );
    expect(lines.join()).toMatch(/CLOUDFLARE_API_TOKEN.*TF_VAR_/s);
    writeFileSync(file, lines.join(""), { mode: 0o600 });
    const { code, stdout, stderr } = await run(
      join(PROJECT, "node_modules/.bin/cdktf"),
      ["diff", "identity"],
      {
        ACCESS_ALLOWED_EMAILS: "other@example.com",
        ...Object.fromEntries(all.filter(([name]) => !SETTING.test(name))),
        ACCESS_ENV_FILE: file,
      },
    );
    expect(stderr).toContain(
      `The environment overrides ${file}, which has other values: ACCESS_ALLOWED_EMAILS. `,
    );
    expect(stripVTControlCharacters(stdout + stderr)).toMatch(
      /Plan: \d+ to add/,
    );
    expect(code).toBe(0);
  } finally {
    await world.close();
  }
});
