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

/**
 * The Terraform process that launched this provider; undefined where the
 * provider runs on its own and may serve many.
 */
export function terraformRun(): string | undefined {
  return process.env["TF_PLUGIN_MAGIC_COOKIE"] === undefined
    ? undefined
    : `${process.ppid} ${began(process.ppid)}`;
}

/** The code of a system error, such as `ENOENT`. */
export function codeOf(error: unknown): unknown {
  return typeof error === "object" && error !== null && "code" in error
    ? error.code
    : undefined;
}
