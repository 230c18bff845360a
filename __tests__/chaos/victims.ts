import { readdirSync, readFileSync } from "node:fs";
import type { Victim } from "./faults";

/** The processes that a command has started, itself included, by their parts. */
interface Process {
  readonly pid: number;
  readonly parent: number;
  readonly command: string;
}

/**
 * The processes to strike; none where that part does not run now.
 *
 * @param root the command's own process
 */
export function victimsOf(victim: Victim, root: number): number[] {
  const all = below(root);
  const terraforms = all.filter(({ command }) => /\/?terraform /.test(command));
  const isTerraform = (pid: number) =>
    terraforms.some((terraform) => terraform.pid === pid);
  switch (victim) {
    case "terraform":
      return terraforms.map(({ pid }) => pid);
    case "provider":
      return all
        .filter(
          ({ command, parent }) =>
            isTerraform(parent) || /terraform-provider-/.test(command),
        )
        .map(({ pid }) => pid);
    case "group":
      return all.map(({ pid }) => pid);
    case "node":
    case "Ctrl-C":
      return [root];
    case "other writer":
      return [];
  }
}

function below(root: number): Process[] {
  const all = readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap(processAt);
  const found = all.filter(({ pid }) => pid === root);
  for (let size = 0; size < found.length;) {
    size = found.length;
    const pids = new Set(found.map(({ pid }) => pid));
    found.push(
      ...all.filter(({ parent, pid }) => pids.has(parent) && !pids.has(pid)),
    );
  }
  return found;
}

function processAt(name: string): Process[] {
  try {
    const stat = readFileSync(`/proc/${name}/stat`, "utf8");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    const command = readFileSync(`/proc/${name}/cmdline`, "utf8");
    return [
      {
        pid: Number(name),
        parent: Number(fields[1]),
        command: command.replaceAll("\0", " "),
      },
    ];
  } catch {
    return []; // it has ended meanwhile
  }
}
