import { closeSync, openSync, readSync, rmSync } from "node:fs";
import { StringDecoder } from "node:string_decoder";

/** How often a file is looked at, in milliseconds. */
const EVERY = 50;

/**
 * Reads a file line by line while another process writes it.
 *
 * @returns what to call when that process has ended: it reads the rest and
 * removes the file
 */
export function follow(
  file: string,
  onLine: (line: string) => void,
): () => void {
  const descriptor = openSync(file, "r");
  const decoder = new StringDecoder("utf8");
  const buffer = Buffer.alloc(65_536);
  let rest = "";
  const read = () => {
    for (let size; (size = readSync(descriptor, buffer)) > 0;)
      rest += decoder.write(buffer.subarray(0, size));
    const lines = rest.split(/\r?\n/);
    rest = lines.pop() ?? "";
    lines.forEach(onLine);
  };
  const timer = setInterval(read, EVERY);
  return () => {
    clearInterval(timer);
    read();
    if (rest !== "") onLine(rest);
    closeSync(descriptor);
    rmSync(file, { force: true });
  };
}
