import { slug } from "./slug";

/**
 * Paths of which each can be a part of ids of its own, and why the others can't.
 *
 * @param taken paths that come before these
 */
export function distinctPaths(
  paths: readonly string[],
  taken: readonly string[] = [],
): { readonly usable: readonly string[]; readonly faults: readonly string[] } {
  const usable: string[] = [];
  const faults: string[] = [];
  for (const path of paths) {
    const other = [...taken, ...usable].find((one) => slug(one) === slug(path));
    if (other === undefined) usable.push(path);
    else
      faults.push(
        other === path
          ? `the path ${path} is named twice: name it once`
          : `the paths ${other} and ${path} would be one in Terraform: name only one of them, or a wider path that covers both`,
      );
  }
  return { usable, faults };
}
