import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { isIP } from "node:net";

/** Whether this machine lets one process watch another's calls. */
export const HAS_STRACE =
  spawnSync("strace", ["-f", "--seccomp-bpf", "-o", "/dev/null", "true"])
    .status === 0;

/** Runs a command and writes what it and all it starts send to where. */
export function strace(file: string): readonly string[] {
  const calls = "connect,sendto,sendmsg,sendmmsg,write,writev";
  return [
    ...["strace", "-f", "--seccomp-bpf", "-qq", "-o", file],
    ...["-s", "100000", "-e", `trace=${calls}`, "-e", "signal=none"],
  ];
}

/** What was recorded. */
export function recording(file: string): string {
  return readFileSync(file, "latin1");
}

/** Internet addresses in a recording, as `connect` and `sendto` were given them. */
export function addresses(recorded: string): string[] {
  const calls = recorded
    .split("\n")
    .filter((line) => /^\d+ +(connect|sendto|sendmsg|sendmmsg)\(/.test(line));
  return calls
    .flatMap((line) => [
      ...line.matchAll(
        /inet_addr\("([^"]*)"\)|inet_pton\(AF_INET6, "([^"]*)"/g,
      ),
    ])
    .map(([, four, six]) => four ?? six ?? "")
    .filter((address) => isIP(address) !== 0);
}

export function isLoopback(address: string): boolean {
  return /^(::ffff:)?127\./.test(address) || address === "::1";
}
