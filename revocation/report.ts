import pc from "picocolors";
import { printable } from "../base/printable";
import type { Ended } from "./end-sessions";
import type { Proof } from "./proof";

const COLOURS: Readonly<Record<Proof["status"], (text: string) => string>> = {
  ended: pc.green,
  "not ended": pc.red,
  "not checked": pc.dim,
};
const WIDTH = "not checked".length;

/** For people: what was seen, and who may come in again. */
export function toText({ notes, proofs }: Ended): string {
  return [
    ...proofs.map(
      ({ of, seen, status }) =>
        `${COLOURS[status](status.padEnd(WIDTH))}  ${printable(`${of}: ${seen}`)}`,
    ),
    ...notes.map(printable),
  ].join("\n");
}
