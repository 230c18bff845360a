/**
 * A host or path as the id of a construct. It is part of the resources'
 * addresses: another host is another chain of resources.
 */
export function slug(text: string): string {
  return text
    .replaceAll("/", "__")
    .replaceAll(".", "_")
    .replaceAll("~", "-tilde-");
}
