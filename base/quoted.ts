/** A name of somebody else's in our sentence: it ends where its own quotes do. */
export function quoted(name: string): string {
  return `"${name.replaceAll('"', '\\"')}"`;
}
