/** Something that one would need to know, and why it can't be known. */
export class NotKnown extends Error {
  override readonly name = "NotKnown";
}
