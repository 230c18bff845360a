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
];
const asked = process.argv.slice(2);

for (const name of asked.length > 0 ? asked : ALL) {
  if (!ALL.includes(name)) {
    console.error(`There is no bench "${name}": there are ${ALL.join(", ")}.`);
    process.exit(2);
  }
  console.log(`\n${name}`);
  const { status } = spawnSync(
    process.execPath,
    ["--import", "tsx", join(__dirname, `${name}.ts`)],
    { stdio: "inherit" },
  );
  if (status !== 0) process.exitCode = 1;
}
