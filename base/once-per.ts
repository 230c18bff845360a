/** Works something out once for each object, which nothing changes meanwhile. */
export function oncePer<K extends object, V>(
  work: (object: K) => V,
): (object: K) => V {
  const known = new WeakMap<K, { readonly value: V }>();
  return (object) => {
    let found = known.get(object);
    if (found === undefined) {
      found = { value: work(object) };
      known.set(object, found);
    }
    return found.value;
  };
}
