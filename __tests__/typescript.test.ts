import { spawnSync } from "node:child_process";
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const PROJECT = resolve(__dirname, "..");

/** A project of its own, as ours is cached already. */
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "typescript-"));
  copyFileSync(join(PROJECT, "typescript.js"), join(folder, "typescript.js"));
  symlinkSync(join(PROJECT, "node_modules"), join(folder, "node_modules"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const write = (name: string, text: string) =>
  writeFileSync(join(folder, name), text);
const cache = () => join(folder, ".cache/tsx");
const run = (...args: string[]) => {
  const { stderr, stdout } = spawnSync(
    process.execPath,
    [...args, "--require", "./typescript.js", "main.ts"],
    // Else it is Node's own, with the colours that a CI asks for.
    { cwd: folder, encoding: "utf8", env: { ...process.env } },
  );
  return stdout + stderr;
};

test("runs what it translated before, and translates what was changed since", () => {
  write("main.ts", `console.log("first" satisfies string);`);
  expect([run(), run()]).toEqual(["first\n", "first\n"]);
  write("main.ts", `console.log("second" satisfies string);`);
  expect(run()).toBe("second\n");
});

test("loads at once what is as it was, for its size and the time of its last change", () => {
  const aged = (text: string, seconds: number) => {
    write("main.ts", text);
    utimesSync(join(folder, "main.ts"), seconds, seconds);
  };
  const [first, second, longer] = ["first", "other", "another"].map(
    (text) => `console.log("${text}" satisfies string);`,
  ) as [string, string, string];
  aged(first, 1000);
  expect([run(), run()]).toEqual(["first\n", "first\n"]);
  expect(readdirSync(cache()).join()).toMatch(/main\.ts-v[\d.]+-[\d.]+\.json/);
  aged(second, 2000);
  expect(run()).toBe("other\n");
  aged(first.replace("first", "third"), 2000);
  expect(run()).toBe("third\n");
  aged(longer, 2000);
  expect(run()).toBe("another\n");
  const file = readdirSync(cache()).find((name) => name.startsWith("main.ts-"));
  writeFileSync(join(cache(), file ?? ""), "{");
  expect(run()).toBe("another\n");
  expect(run("--enable-source-maps")).toBe("another\n");
});

test("keeps what it translated where nobody else reads or writes", () => {
  write("main.ts", "enum One { a = 1 }\nconsole.log(One.a);");
  expect(run()).toBe("1\n");
  expect(statSync(cache()).mode & 0o777).toBe(0o700);
  expect(readdirSync(cache(), { recursive: true }).join()).toMatch(/tsx-/);
});

test("tells programs that it starts nothing of that folder", () => {
  write("main.ts", "console.log(`${process.env.TMPDIR as string}`);");
  expect(run()).toBe(`${process.env.TMPDIR}\n`);
});

test("imports TypeScript late, by the name of its JavaScript, and packages of ES modules", () => {
  mkdirSync(join(folder, "parts"));
  write("parts/late.ts", "export const late: number = 3;");
  write(
    "main.ts",
    `import { late } from "./parts/late.js";
import { decodeJwt } from "jose";
import("./parts/late").then((module) => console.log(module.late, late, typeof decodeJwt));`,
  );
  expect(run()).toBe("3 3 function\n");
});

test("takes a thread for late imports only where a library is imported so", () => {
  write(
    "spy.cjs",
    `const loader = require("node:module");
for (const name of ["register", "registerHooks"]) {
  const made = loader[name];
  if (made) loader[name] = (...given) => (console.log("hooks"), made(...given));
}`,
  );
  write("late.ts", "export const late: number = 3;");
  const asked = (name: string, shown: string) =>
    write(
      "main.ts",
      `const regExp = { import(_: string) {} };
regExp.import("jose");
void import("${name}").then((module) => console.log(${shown}));`,
    );
  const spied = () => run("--require", "./spy.cjs");
  asked("./late", "module.late");
  expect([spied(), spied()]).toEqual(["3\n", "3\n"]);
  asked("jose", "typeof module.decodeJwt");
  expect(spied()).toMatch(/^hooks\n(.*\n)*function\n$/);
});

test.each(["translated now", "kept from before"])(
  "names the line of the TypeScript to whoever asks for it: %s",
  (when) => {
    write(
      "main.ts",
      `interface Unused {
  readonly one: string;
}

throw new Error("here");`,
    );
    if (when === "kept from before") run();
    expect(run("--enable-source-maps")).toMatch(/main\.ts:5:7\)/);
  },
);

test("runs where nothing can be kept", () => {
  write("main.ts", "console.log(1 as number);");
  write(".cache", "");
  chmodSync(join(folder, ".cache"), 0o400);
  expect(run()).toBe("1\n");
});
