/** A process of its own that takes the lock: `lock-user.ts FOLDER hold|turns`. */
import { mkdirSync, rmdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { withLock } from "../../../providers/tunnel-route/lock";

const [folder = "", mode] = process.argv.slice(2);
const { signal } = new AbortController();

/** Making a folder fails where it is: two inside at once can't both. */
async function turn(): Promise<void> {
  const busy = join(folder, "..", "busy");
  mkdirSync(busy);
  await delay(5);
  rmdirSync(busy);
}

async function main(): Promise<void> {
  if (mode === "hold")
    await withLock(folder, "tunnel", signal, async () => {
      process.stdout.write("held\n");
      await delay(60_000);
    });
  for (let n = 0; n < 5; n += 1) await withLock(folder, "tunnel", signal, turn);
  process.stdout.write("alone\n");
}

void main();
