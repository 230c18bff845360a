import { spawn, spawnSync } from "node:child_process";
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { text } from "node:stream/consumers";

const PROJECT = resolve(__dirname, "..");

/** A project of its own, as ours is cached already. */
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "typescript-"));
  for (const name of ["kept-modules.js", "typescript.js"])
    copyFileSync(join(PROJECT, name), join(folder, name));
  mkdirSync(join(folder, "node_modules"));
  for (const name of ["esbuild", "jose", "tsx"])
    symlinkSync(
      join(PROJECT, "node_modules", name),
      join(folder, "node_modules", name),
    );
  utimesSync(join(folder, "node_modules"), 1000, 1000);
});
afterEach(() => rmSync(folder, { recursive: true }));

const write = (name: string, content: string) =>
  writeFileSync(join(folder, name), content);
/** Changed so long ago that it would not change unseen. */
const aged = (name: string, content: string, seconds = 1000) => {
  write(name, content);
  utimesSync(join(folder, name), seconds, seconds);
};
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
  const [first, second, longer] = ["first", "other", "another"].map(
    (text) => `console.log("${text}" satisfies string);`,
  ) as [string, string, string];
  aged("main.ts", first, 1000);
  expect([run(), run()]).toEqual(["first\n", "first\n"]);
  aged("main.ts", second, 2000);
  expect(run()).toBe("other\n");
  aged("main.ts", first.replace("first", "third"), 2000);
  expect(run()).toBe("third\n");
  aged("main.ts", longer, 2000);
  expect([run(), run()]).toEqual(["another\n", "another\n"]);
  expect(run("--enable-source-maps")).toBe("another\n");
});

const keptFile = () => {
  const names = readdirSync(cache()).filter((name) => name.endsWith(".kept"));
  expect(names).toEqual([`main.ts-${process.version}-${process.arch}.kept`]);
  return join(cache(), names.join());
};

test("needs neither tsx nor a look at each folder for what is as it was", () => {
  aged("part.ts", `export const part: string = "é, 😀";`);
  aged(
    "main.ts",
    `import { part } from "./part";
import { decodeJwt } from "jose";
import { posix } from "path";
const tsx = Object.keys(require.cache).some((path) => path.includes("/tsx/"));
console.log(part, typeof decodeJwt, posix.sep, tsx, __filename, require.resolve("./part"), require.main === module);`,
  );
  const rest = `${folder}/main.ts ${folder}/part.ts true\n`;
  expect([run(), run()]).toEqual([
    `é, 😀 function / true ${rest}`,
    `é, 😀 function / false ${rest}`,
  ]);
});

/** A library, as if it had been there for long. */
function install(at: string, version: string, main = "index.js"): void {
  const library = join(at, "node_modules/library");
  mkdirSync(join(folder, library), { recursive: true });
  aged(join(library, "package.json"), JSON.stringify({ main }));
  aged(join(library, "index.js"), `exports.is = require("./is");`);
  aged(join(library, "other.js"), `exports.is = "other";`);
  aged(join(library, "is.js"), `module.exports = "${version}";`);
  for (const made of [library, join(at, "node_modules")])
    utimesSync(join(folder, made), 1000, 1000);
}

test("loads a library anew that was installed anew, or nearer, or begins elsewhere", () => {
  aged(
    "main.ts",
    `import { is } from "./parts/part";\nconsole.log(is as string);`,
  );
  mkdirSync(join(folder, "parts"));
  aged("parts/part.ts", `export { is } from "library";`);
  install(".", "first");
  expect([run(), run()]).toEqual(["first\n", "first\n"]);
  // Of the same size and time.
  install(".", "other");
  expect([run(), run()]).toEqual(["other\n", "other\n"]);
  install(".", "other", "other.js");
  install(".", "third", "other.js");
  expect([run(), run()]).toEqual(["other\n", "other\n"]);
  install("parts", "nearer");
  expect([run(), run()]).toEqual(["nearer\n", "nearer\n"]);
  rmSync(join(folder, "parts/node_modules"), { recursive: true });
  expect(run()).toBe("other\n");
  rmSync(join(folder, "node_modules/library"), { recursive: true });
  expect(run()).toMatch(/Cannot find module 'library'/);
});

test("finds no file of ours that has gone, and the one that came in its place", () => {
  aged("part.ts", `export const part: number = 1;`);
  aged("main.ts", `import { part } from "./part";\nconsole.log(part);`);
  expect([run(), run()]).toEqual(["1\n", "1\n"]);
  mkdirSync(join(folder, "part"));
  renameSync(join(folder, "part.ts"), join(folder, "part/index.ts"));
  expect([run(), run()]).toEqual(["1\n", "1\n"]);
  rmSync(join(folder, "part"), { recursive: true });
  expect(run()).toMatch(/Cannot find module '\.\/part'/);
});

test("translates all anew by other settings of TypeScript", () => {
  const translated = (useDefineForClassFields: boolean) =>
    write(
      "tsconfig.json",
      JSON.stringify({ compilerOptions: { useDefineForClassFields } }),
    );
  aged(
    "main.ts",
    `class Base { constructor() { Object.assign(this, { one: 1 }); } }
class One extends Base { one?: number }
console.log(new One().one);`,
  );
  translated(false);
  expect([run(), run()]).toEqual(["1\n", "1\n"]);
  translated(true);
  expect([run(), run()]).toEqual(["undefined\n", "undefined\n"]);
});

test.each<[string, (bytes: Buffer) => Buffer]>([
  ["cut off", (bytes) => bytes.subarray(0, -900)],
  ["without its end", (bytes) => bytes.fill(0, bytes.length >> 1)],
])("runs where what it kept is %s", (_, damaged) => {
  aged("main.ts", `console.log("main" satisfies string);`);
  expect(run()).toBe("main\n");
  writeFileSync(keptFile(), damaged(readFileSync(keptFile())));
  expect(run()).toBe("main\n");
});

test("keeps all of several runs at once", async () => {
  aged("part.ts", `export const part: string = "part";`);
  aged("main.ts", `import { part } from "./part";\nconsole.log(part);`);
  const atOnce = () =>
    Promise.all(
      Array.from({ length: 4 }, () =>
        text(
          spawn(process.execPath, ["--require", "./typescript.js", "main.ts"], {
            cwd: folder,
            env: { ...process.env },
          }).stdout,
        ),
      ),
    );
  const printed = Array.from({ length: 4 }, () => "part\n");
  expect([await atOnce(), await atOnce()]).toEqual([printed, printed]);
  expect(keptFile()).toBeDefined();
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
    aged(
      "main.ts",
      `const regExp = { import(_: string) {} };
regExp.import("jose");
void import("${name}").then((module) => console.log(${shown}));`,
    );
  const spied = () => run("--require", "./spy.cjs");
  asked("./late", "module.late");
  expect([spied(), spied()]).toEqual(["3\n", "3\n"]);
  asked("jose", "typeof module.decodeJwt");
  expect([spied(), spied()]).toEqual([
    "hooks\nfunction\n",
    "hooks\nfunction\n",
  ]);
  expect([run(), run()]).toEqual(["function\n", "function\n"]);
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
