import type { Range, Virtualizer } from '@tanstack/react-virtual';
import { defaultRangeExtractor } from '@tanstack/react-virtual';

/** A row's height (pixels); the browser tells it, and is not made to find it out at once. */
export function sizeOf<T extends Element>(
  element: T,
  entry: ResizeObserverEntry | undefined,
  list: Virtualizer<HTMLDivElement, T>
): number {
  const index = list.indexFromElement(element);
  return Math.round(
    entry?.borderBoxSize[0]?.blockSize ??
      list.measurementsCache[index]?.size ??
      list.options.estimateSize(index)
  );
}

/** The rows to keep: those in view, and one that keeps its element wherever it is. */
export function withRow(range: Range, row: number): number[] {
  const seen = defaultRangeExtractor(range);
  return row >= range.count || seen.includes(row)
    ? seen
    : [...seen, row].sort((one, other) => one - other);
}

/** The row to which a key leads; null for a key that leads to none. */
export function destination(
  key: string,
  from: number,
  count: number
): number | null {
  switch (key) {
    case 'ArrowDown':
      return Math.min(from + 1, count - 1);
    case 'ArrowUp':
      return Math.max(from - 1, 0);
    case 'Home':
      return 0;
    case 'End':
      return count - 1;
    default:
      return null;
  }
}
