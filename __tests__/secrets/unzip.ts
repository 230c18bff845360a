import { inflateRawSync } from "node:zlib";

const END = 0x06054b50;
const ENTRY = 0x02014b50;
const DEFLATED = 8;

/**
 * What the files of a ZIP archive hold, one after the other. Not every machine
 * has a program for it.
 *
 * @see https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT
 */
export function unzip(archive: Buffer): Buffer {
  let end = archive.length - 22;
  while (archive.readUInt32LE(end) !== END) end--;
  const count = archive.readUInt16LE(end + 10);
  let entry = archive.readUInt32LE(end + 16);
  const files: Buffer[] = [];
  for (let index = 0; index < count; index++) {
    if (archive.readUInt32LE(entry) !== ENTRY) throw new Error("no ZIP entry");
    const [name, extra, comment] = [28, 30, 32].map((offset) =>
      archive.readUInt16LE(entry + offset),
    ) as [number, number, number];
    const size = archive.readUInt32LE(entry + 20);
    const header = archive.readUInt32LE(entry + 42);
    const start =
      header +
      30 +
      archive.readUInt16LE(header + 26) +
      archive.readUInt16LE(header + 28);
    const data = archive.subarray(start, start + size);
    const isDeflated = archive.readUInt16LE(entry + 10) === DEFLATED;
    files.push(isDeflated ? inflateRawSync(data) : data);
    entry += 46 + name + extra + comment;
  }
  return Buffer.concat(files);
}
