import { PassThrough } from "node:stream";
import { progress } from "../../scripts/progress";

function stream(isTTY: boolean): {
  stream: NodeJS.WriteStream;
  written: () => string;
} {
  const through = new PassThrough();
  const all = { isTTY, columns: 20 };
  return {
    stream: Object.assign(through, all) as unknown as NodeJS.WriteStream,
    // From Node 26 on, a read returns one chunk at a time.
    written: () => {
      let all = "";
      for (let chunk; (chunk = through.read() as Buffer | null);)
        all += String(chunk);
      return all;
    },
  };
}
const { signal } = new AbortController();

test("one line that changes on a terminal, and is gone in the end", () => {
  const terminal = stream(true);
  const shown = progress(signal, terminal.stream);
  shown.say("page 1");
  shown.tick("page 2 of a very long log");
  shown.end();
  expect(terminal.written()).toBe(
    "\r\x1b[Kpage 1\r\x1b[Kpage 2 of a very lo\r\x1b[K",
  );
});

test("plain lines elsewhere, without what changes every second", () => {
  const file = stream(false);
  const shown = progress(signal, file.stream);
  shown.say("waiting");
  shown.tick("59 s");
  shown.end();
  expect(file.written()).toBe("waiting\n");
});
