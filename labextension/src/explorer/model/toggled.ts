/** `set` with `id` in it if it was not, and without it if it was. */
export function toggled(
  set: ReadonlySet<string>,
  id: string
): ReadonlySet<string> {
  const changed = new Set(set);
  if (!changed.delete(id)) {
    changed.add(id);
  }
  return changed;
}
