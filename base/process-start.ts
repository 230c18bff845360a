import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

/** When a process began, in the system's own words; "" where there is none. */
export function began(pid: number): string {
  try {
    if (process.platform === "linux") {
      const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
      // The second field is the command in parentheses and may hold anything.
      const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
      const [state = ""] = fields;
      return "ZX".includes(state) ? "" : (fields[19] ?? "");
    }
    const show = ["-o", "lstart=", "-p", String(pid)];
    return execFileSync("ps", show, { encoding: "utf8" }).trim();
  } catch {
    return "";
  }
}
