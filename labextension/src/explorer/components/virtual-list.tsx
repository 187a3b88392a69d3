import { useVirtualizer } from '@tanstack/react-virtual';
import * as React from 'react';

import { destination, sizeOf, withRow } from './virtual-rows';

export interface VirtualListProps<T> {
  items: readonly T[];
  idOf: (item: T) => string;
  /** What the list holds, for screen readers. */
  label: string;
  /** The usual height of a row (pixels); the real one is measured. */
  rowHeight: number;
  /** A row's content; only the current row's controls are in the tab order. */
  row: (item: T, current: boolean) => React.ReactNode;
  /** What scrolls together with the rows, above them. */
  before?: React.ReactNode;
}

/** How many rows outside the view are kept ready. */
const OVERSCAN = 6;

/**
 * A list of any length with as many row elements as fit into its height.
 *
 * Arrow keys, Home and End walk through it. The current row keeps its element,
 * so that it keeps the focus when it is scrolled out of sight.
 */
export function VirtualList<T>(props: VirtualListProps<T>): JSX.Element {
  const { items, idOf } = props;
  const scroller = React.useRef<HTMLDivElement>(null);
  const before = React.useRef<HTMLDivElement>(null);
  const rows = React.useRef<HTMLDivElement>(null);
  const [margin, setMargin] = React.useState(0);
  const [current, setCurrent] = React.useState(0);
  const active = Math.min(current, Math.max(0, items.length - 1));

  // With another function all rows would be measured anew, each time it scrolls.
  const getItemKey = React.useCallback(
    (index: number) => idOf(items[index] as T),
    [items, idOf]
  );
  const virtualizer = useVirtualizer({
    count: items.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => props.rowHeight,
    getItemKey,
    overscan: OVERSCAN,
    useFlushSync: false,
    scrollMargin: margin,
    rangeExtractor: range => withRow(range, active),
    measureElement: sizeOf
  });

  React.useEffect(() => {
    const element = before.current;
    if (!element) {
      return;
    }
    const observer = new ResizeObserver(() => setMargin(element.offsetHeight));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);

  const move = (event: React.KeyboardEvent) => {
    const target = destination(event.key, active, items.length);
    if (target === null) {
      return;
    }
    event.preventDefault();
    setCurrent(target);
    virtualizer.scrollToIndex(target);
    requestAnimationFrame(() =>
      rows.current
        ?.querySelector<HTMLElement>(`[data-index="${target}"] button`)
        ?.focus()
    );
  };

  return (
    <div className="jp-kfp-Scroller" ref={scroller}>
      {props.before && <div ref={before}>{props.before}</div>}
      <div
        ref={rows}
        role="list"
        aria-label={props.label}
        className="jp-kfp-Rows"
        style={{ height: virtualizer.getTotalSize() }}
        onKeyDown={move}
      >
        {virtualizer.getVirtualItems().map(({ index, key, start }) => (
          <Slot
            key={key}
            item={items[index] as T}
            index={index}
            count={items.length}
            top={start - margin}
            current={index === active}
            row={props.row}
            measure={virtualizer.measureElement}
            onFocus={setCurrent}
          />
        ))}
      </div>
    </div>
  );
}

interface SlotProps<T> extends Pick<VirtualListProps<T>, 'row'> {
  item: T;
  index: number;
  count: number;
  /** Where it is among the rows (pixels). */
  top: number;
  current: boolean;
  measure: (element: Element | null) => void;
  onFocus: (index: number) => void;
}

/** A row in its place; while the list only scrolls it need not be made anew. */
const Slot = React.memo(function Slot<T>({
  item,
  index,
  count,
  top,
  current,
  row,
  measure,
  onFocus
}: SlotProps<T>): JSX.Element {
  return (
    <div
      ref={measure}
      role="listitem"
      aria-setsize={count}
      aria-posinset={index + 1}
      data-index={index}
      className="jp-kfp-Row"
      style={{ top }}
      onFocus={() => onFocus(index)}
    >
      {row(item, current)}
    </div>
  );
}) as <T>(props: SlotProps<T>) => JSX.Element;
