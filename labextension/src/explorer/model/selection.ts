/** Rows that are selected, by their ids, and where a range begins. */
export interface Selection {
  readonly ids: ReadonlySet<string>;
  readonly anchor: string | null;
}

export const NOTHING: Selection = { ids: new Set(), anchor: null };

/** `id` alone. */
export function only(id: string): Selection {
  return { ids: new Set([id]), anchor: id };
}

/** With `id` if it was not selected, and without it if it was. */
export function toggled({ ids }: Selection, id: string): Selection {
  const changed = new Set(ids);
  if (!changed.delete(id)) {
    changed.add(id);
  }
  return { ids: changed, anchor: id };
}

/** From the anchor to `id`, as the rows stand in `order`. */
export function extended(
  { ids, anchor }: Selection,
  order: readonly string[],
  id: string
): Selection {
  const from = order.indexOf(anchor ?? id);
  const to = order.indexOf(id);
  if (from < 0 || to < 0) {
    return only(id);
  }
  const range = order.slice(Math.min(from, to), Math.max(from, to) + 1);
  return { ids: new Set([...ids, ...range]), anchor };
}

export function all(order: readonly string[]): Selection {
  return { ids: new Set(order), anchor: order[0] ?? null };
}
