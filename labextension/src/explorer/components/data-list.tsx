import { useVirtualizer } from '@tanstack/react-virtual';
import * as React from 'react';

import { useTrans } from '../model/environment';
import type { Selection } from '../model/selection';
import { all, extended, NOTHING, only, toggled } from '../model/selection';
import { IconButton } from './controls';
import { MiddleName } from './middle-name';
import { destination, sizeOf, withRow } from './virtual-rows';

/** A column of the table that a list is where it is wide. */
export interface Column<T> {
  id: string;
  label: string;
  /** The order that the server is asked for: the field, where it can sort by it. */
  sort?: string;
  cell: (item: T) => React.ReactNode;
}

export interface DataListProps<T> {
  items: readonly T[];
  idOf: (item: T) => string;
  nameOf: (item: T) => string;
  /** What the list holds, for screen readers. */
  label: string;
  /** In front of the name. */
  icon?: (item: T) => React.ReactNode;
  /** After the name, such as that it is archived. */
  badge?: (item: T) => React.ReactNode;
  /** The second line. */
  details: (item: T) => React.ReactNode;
  /** The table's columns beside the name; the second line where there is no room for them. */
  columns: readonly Column<T>[];
  /** "name asc". */
  sort?: string;
  onSort?: (sort: string) => void;
  selection: Selection;
  onSelect: (selection: Selection) => void;
  onOpen: (item: T) => void;
  /** Opens in a tab, where there are tabs. */
  onOpenTab?: (item: T) => void;
  /** Shows the menu of these rows. */
  onMenu: (
    items: readonly T[],
    at: HTMLElement | { x: number; y: number }
  ) => void;
  /** What a key does to rows; whether it does anything. */
  onKey?: (key: string, items: readonly T[]) => boolean;
  /** What rows are when they are dragged. */
  onDrag?: (items: readonly T[], event: PointerEvent) => void;
  codeOf?: (items: readonly T[]) => string;
  /** Rows that have gone. */
  gone?: ReadonlySet<string>;
  /** What was searched for. */
  mark?: string;
  /** Told when the end comes into sight. */
  onEnd?: () => void;
  /** Told whether the list is at its top. */
  onTop?: (top: boolean) => void;
  /** Under the last row. */
  after?: React.ReactNode;
  /** How many there are in all. */
  total: number;
}

/** How many rows outside the view are kept ready. */
const OVERSCAN = 6;

/** A row's usual height (pixels); the real one is measured. */
const ROW = 40;

/**
 * A list of any length with as many row elements as fit into its height: two lines a row,
 * from 600 px on a table. One tab stop; the current row keeps its element, and the focus.
 */
export function DataList<T>(props: DataListProps<T>): JSX.Element {
  const { items, idOf, selection, onSelect, onEnd, onTop } = props;
  const trans = useTrans();
  const scroller = React.useRef<HTMLDivElement>(null);
  const rows = React.useRef<HTMLDivElement>(null);
  const [currentId, setCurrentId] = React.useState<string | null>(null);
  const ids = React.useMemo(() => items.map(idOf), [items, idOf]);
  const found = currentId === null ? 0 : ids.indexOf(currentId);
  const [place, setPlace] = React.useState(0);
  // Of a row that has gone, its neighbour.
  const active = Math.max(
    0,
    Math.min(found < 0 ? place : found, ids.length - 1)
  );

  const getItemKey = React.useCallback(
    (index: number) => ids[index] ?? index,
    [ids]
  );
  const virtualizer = useVirtualizer({
    count: items.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW,
    getItemKey,
    overscan: OVERSCAN,
    useFlushSync: false,
    rangeExtractor: range => withRow(range, active),
    measureElement: sizeOf
  });
  const visible = virtualizer.getVirtualItems();
  const last = visible[visible.length - 1]?.index ?? 0;
  React.useEffect(() => {
    if (last >= items.length - 1) {
      onEnd?.();
    }
  }, [last, items.length, onEnd]);
  const wide = useWide(scroller);

  const focusRow = (index: number) => {
    const id = ids[index];
    if (id === undefined) {
      return;
    }
    setCurrentId(id);
    setPlace(index);
    virtualizer.scrollToIndex(index);
    const focus = () => {
      const row = rows.current?.querySelector<HTMLElement>(
        `[data-index="${index}"]`
      );
      row?.focus({ preventScroll: true });
      return row;
    };
    // One that is far away is drawn first.
    if (!focus()) {
      requestAnimationFrame(focus);
    }
  };
  /** The selection if the row is in it, else the row. */
  const subjects = (index: number): readonly T[] =>
    selection.ids.has(ids[index] ?? '')
      ? items.filter(item => selection.ids.has(idOf(item)))
      : items.slice(index, index + 1);
  const menu = (index: number, at: HTMLElement | { x: number; y: number }) => {
    const id = ids[index];
    if (id !== undefined && selection.ids.size > 0 && !selection.ids.has(id)) {
      onSelect(NOTHING);
    }
    props.onMenu(subjects(index), at);
  };
  const onKeyDown = (event: React.KeyboardEvent<HTMLElement>) => {
    const row = (event.target as HTMLElement).closest<HTMLElement>(
      '[data-index]'
    );
    if (!row || !rows.current?.contains(row)) {
      return;
    }
    const index = Number(row.dataset.index);
    const item = items[index] as T;
    const id = ids[index] ?? '';
    const command = event.ctrlKey || event.metaKey;
    const onRow = event.target === row;
    const handled = (): boolean => {
      const target = paged(event.key, index, items.length, scroller.current);
      if (target !== null) {
        focusRow(target);
        if (event.shiftKey) {
          const from = selection.anchor === null ? only(id) : selection;
          onSelect(extended(from, ids, ids[target] ?? id));
        }
        return true;
      }
      if (
        event.key === 'ContextMenu' ||
        (event.key === 'F10' && event.shiftKey)
      ) {
        menu(index, row);
        return true;
      }
      if (event.key === 'ArrowRight' || event.key === 'ArrowLeft') {
        return stepInside(row, event.key === 'ArrowRight');
      }
      if (!onRow) {
        return false;
      }
      if (event.key === 'Enter') {
        if (command && props.onOpenTab) {
          props.onOpenTab(item);
        } else {
          props.onOpen(item);
        }
        return true;
      }
      if (event.key === ' ') {
        onSelect(toggled(selection, id));
        return true;
      }
      if (command && event.key.toLowerCase() === 'a') {
        onSelect(all(ids));
        return true;
      }
      if (event.key === 'Escape' && selection.ids.size > 0) {
        onSelect(NOTHING);
        return true;
      }
      const key = command ? `Ctrl ${event.key.toUpperCase()}` : event.key;
      return props.onKey?.(key, subjects(index)) ?? false;
    };
    if (handled()) {
      event.preventDefault();
      event.stopPropagation();
    }
  };
  const columns = wide ? props.columns : [];
  return (
    <div
      className={`jp-kfp-DataList ${wide ? 'jp-mod-table' : ''}`}
      role="grid"
      aria-label={props.label}
      aria-rowcount={props.total}
      aria-multiselectable="true"
      style={
        { '--jp-kfp-columns': props.columns.length } as React.CSSProperties
      }
    >
      {wide && <Head {...props} />}
      <div
        ref={scroller}
        className="jp-kfp-Scroller"
        role="presentation"
        onScroll={event => onTop?.(event.currentTarget.scrollTop < 4)}
      >
        <div
          ref={rows}
          role="rowgroup"
          className="jp-kfp-Rows"
          style={{ height: virtualizer.getTotalSize() }}
          onKeyDown={onKeyDown}
        >
          {visible.map(({ index, key, start }) => {
            const item = items[index] as T;
            const id = ids[index] ?? '';
            const selected = selection.ids.has(id);
            return (
              <div
                key={key}
                ref={virtualizer.measureElement}
                role="row"
                aria-rowindex={index + 1}
                aria-selected={selected}
                data-index={index}
                tabIndex={index === active ? 0 : -1}
                className={`jp-kfp-Row jp-kfp-DataRow ${props.gone?.has(id) ? 'jp-mod-gone' : ''}`}
                style={{ top: start }}
                draggable={Boolean(props.codeOf) && !props.onDrag}
                onDragStart={({ dataTransfer }) => {
                  const code = props.codeOf?.(subjects(index)) ?? '';
                  dataTransfer.setData('text/plain', code);
                  dataTransfer.effectAllowed = 'copy';
                }}
                onPointerDown={event =>
                  props.onDrag &&
                  event.button === 0 &&
                  startDrag(event.nativeEvent, moved =>
                    props.onDrag?.(subjects(index), moved)
                  )
                }
                onFocus={() => {
                  setCurrentId(id);
                  setPlace(index);
                }}
                onClick={event => {
                  if (
                    (event.target as HTMLElement).closest('button, a, input')
                  ) {
                    return;
                  }
                  if (event.shiftKey) {
                    onSelect(extended(selection, ids, id));
                  } else if (event.ctrlKey || event.metaKey) {
                    onSelect(toggled(selection, id));
                  } else {
                    props.onOpen(item);
                  }
                }}
                onAuxClick={event => {
                  if (event.button === 1 && props.onOpenTab) {
                    event.preventDefault();
                    props.onOpenTab(item);
                  }
                }}
                onContextMenu={event => {
                  event.preventDefault();
                  event.stopPropagation();
                  menu(index, { x: event.clientX, y: event.clientY });
                }}
              >
                {wide && (
                  <span role="gridcell" className="jp-kfp-DataRow-select">
                    <input
                      type="checkbox"
                      tabIndex={-1}
                      aria-label={trans.__('Select %1', props.nameOf(item))}
                      checked={selected}
                      onChange={() => onSelect(toggled(selection, id))}
                    />
                  </span>
                )}
                <span role="gridcell" className="jp-kfp-DataRow-name">
                  {props.icon?.(item)}
                  <MiddleName text={props.nameOf(item)} mark={props.mark} />
                  {props.badge?.(item)}
                  <Tools
                    name={props.nameOf(item)}
                    onTab={props.onOpenTab && (() => props.onOpenTab?.(item))}
                    onMenu={button => menu(index, button)}
                  />
                </span>
                {wide ? (
                  columns.map(column => (
                    <span key={column.id} role="gridcell">
                      {column.cell(item)}
                    </span>
                  ))
                ) : (
                  <span role="gridcell" className="jp-kfp-DataRow-details">
                    {props.details(item)}
                  </span>
                )}
              </div>
            );
          })}
        </div>
        {props.after}
      </div>
    </div>
  );
}

/** Two icons on the first line, while the row is pointed at or has the focus. */
function Tools(props: {
  name: string;
  onTab?: () => void;
  onMenu: (button: HTMLElement) => void;
}): JSX.Element {
  const trans = useTrans();
  const { name, onTab } = props;
  const box = React.useRef<HTMLSpanElement>(null);
  return (
    <span ref={box} className="jp-kfp-DataRow-tools">
      {onTab && (
        <IconButton
          icon="window"
          label={trans.__('Open %1 in a tab', name)}
          tabIndex={-1}
          onClick={onTab}
        />
      )}
      <IconButton
        icon="more"
        label={trans.__('Actions for %1', name)}
        tabIndex={-1}
        onClick={() => {
          const button = box.current?.lastElementChild;
          if (button instanceof HTMLElement) {
            props.onMenu(button);
          }
        }}
      />
    </span>
  );
}

/** The heads of the columns; those that the server can sort by are buttons. */
function Head<T>(props: DataListProps<T>): JSX.Element {
  const trans = useTrans();
  const { columns, sort = '', onSort } = props;
  const [field, direction] = sort.split(' ');
  const head = (label: string, own?: string) => {
    const sorted = own !== undefined && own === field;
    const next = sorted && direction !== 'desc' ? 'desc' : 'asc';
    return (
      <span
        key={label}
        role="columnheader"
        aria-sort={
          sorted
            ? direction === 'desc'
              ? 'descending'
              : 'ascending'
            : undefined
        }
      >
        {own && onSort ? (
          <button
            type="button"
            className="jp-kfp-LinkButton"
            onClick={() => onSort(`${own} ${next}`)}
          >
            {label}
            {sorted && (direction === 'desc' ? ' ↓' : ' ↑')}
          </button>
        ) : (
          label
        )}
      </span>
    );
  };
  return (
    <div className="jp-kfp-DataHead" role="row">
      <span role="columnheader" className="jp-kfp-DataRow-select">
        <span className="jp-kfp-Hidden">{trans.__('Selected')}</span>
      </span>
      {head(trans.__('Name'), 'name')}
      {columns.map(({ label, sort: own }) => head(label, own))}
    </div>
  );
}

/** From this width on a list is a table (pixels). */
const WIDE = 600;

function useWide(element: React.RefObject<HTMLElement>): boolean {
  const [wide, setWide] = React.useState(false);
  React.useLayoutEffect(() => {
    const { current } = element;
    if (!current) {
      return;
    }
    const measure = () => setWide(current.offsetWidth >= WIDE);
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(current);
    return () => observer.disconnect();
  }, [element]);
  return wide;
}

/** How far a pointer moves before it drags (pixels). */
const THRESHOLD = 5;

/** Call `begin` when the pointer that is down has moved far enough. */
function startDrag(
  down: PointerEvent,
  begin: (moved: PointerEvent) => void
): void {
  const stop = () => {
    document.removeEventListener('pointermove', move, true);
    document.removeEventListener('pointerup', stop, true);
  };
  const move = (event: PointerEvent) => {
    const far =
      Math.abs(event.clientX - down.clientX) > THRESHOLD ||
      Math.abs(event.clientY - down.clientY) > THRESHOLD;
    if (far) {
      stop();
      begin(event);
    }
  };
  document.addEventListener('pointermove', move, true);
  document.addEventListener('pointerup', stop, true);
}

/** From a row to its buttons and back; whether there was where to go. */
function stepInside(row: HTMLElement, forwards: boolean): boolean {
  const stops = [row, ...row.querySelectorAll<HTMLElement>('button, a[href]')];
  const at = stops.indexOf(document.activeElement as HTMLElement);
  const next = stops[at + (forwards ? 1 : -1)];
  next?.focus();
  return next !== undefined;
}

/** The row to which a key leads, by pages of the list as well. */
function paged(
  key: string,
  from: number,
  count: number,
  scroller: HTMLElement | null
): number | null {
  const page = Math.max(1, Math.floor((scroller?.clientHeight ?? 0) / ROW) - 1);
  switch (key) {
    case 'PageDown':
      return Math.min(from + page, count - 1);
    case 'PageUp':
      return Math.max(from - page, 0);
    default:
      return destination(key, from, count);
  }
}
