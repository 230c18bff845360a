/**
 * Runs every measurement, one after the other: `npm run bench`, or
 * `npm run bench -- synth local` for some. Exits 1 where a limit is missed.
 * The figures mean something on a machine that does nothing else.
 */
import { spawnSync } from "node:child_process";
import { join } from "node:path";

const ALL = [
  "synth",
  "help",
  "local",
  "rehearsal",
  "access",
  "probe",
  "review",
  "tunnel-route",
  "many-stacks",
];
const asked = process.argv.slice(2);
if (asked.includes("--help")) {
  console.log(`Usage: npm run bench -- [${ALL.join("] [")}]

Measures each part, or those that are named, as ratios within one run. Exits 1
where a limit is missed. Run it on a machine that does nothing else.`);
  process.exit(0);
}

const unknown = asked.filter((name) => !ALL.includes(name));
if (unknown.length > 0) {
  console.error(
    `There is no bench ${unknown.map((name) => `"${name}"`).join(", ")}. Write one of: ${ALL.join(", ")}.`,
  );
  process.exit(2);
}

for (const name of asked.length > 0 ? asked : ALL) {
  console.log(`\n${name}`);
  const { status } = spawnSync(
    process.execPath,
    ["--require", "./typescript.js", join(__dirname, `${name}.ts`)],
    { stdio: "inherit" },
  );
  if (status !== 0) process.exitCode = 1;
}
