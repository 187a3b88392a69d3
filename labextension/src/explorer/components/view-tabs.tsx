import * as React from 'react';

import { useTrans } from '../model/environment';

export interface ViewTab<T extends string> {
  id: T;
  label: string;
  count?: number;
  /** Whether there is news in it. */
  dot?: boolean;
}

/** Room for the choice of what does not fit (pixels). */
const MORE = 32;

/** One of several views. Those that do not fit are in a choice at the end. */
export function ViewTabs<T extends string>(props: {
  label: string;
  tabs: readonly ViewTab<T>[];
  value: T;
  onChange: (id: T) => void;
  /** The id of the element that shows what is chosen. */
  controls: string;
}): JSX.Element {
  const trans = useTrans();
  const { tabs, value, onChange } = props;
  const list = React.useRef<HTMLDivElement>(null);
  const fitting = useFitting(list, tabs, value);
  const onKeyDown = (event: React.KeyboardEvent): void => {
    const index = tabs.findIndex(({ id }) => id === value);
    const next = {
      ArrowRight: (index + 1) % tabs.length,
      ArrowLeft: (index - 1 + tabs.length) % tabs.length,
      Home: 0,
      End: tabs.length - 1
    }[event.key];
    if (next === undefined) {
      return;
    }
    event.preventDefault();
    const id = tabs[next]?.id ?? value;
    onChange(id);
    // One that did not fit is there when the choice is made.
    requestAnimationFrame(() =>
      list.current?.querySelector<HTMLElement>(`[data-tab="${id}"]`)?.focus()
    );
  };
  const rest = tabs.filter(({ id }) => !fitting.has(id));
  return (
    <div className="jp-kfp-ViewTabs">
      <div
        ref={list}
        className="jp-kfp-ViewTabs-list"
        role="tablist"
        aria-label={props.label}
        onKeyDown={onKeyDown}
      >
        {tabs.map(tab => (
          <button
            key={tab.id}
            type="button"
            role="tab"
            data-tab={tab.id}
            className={`jp-kfp-Tab ${fitting.has(tab.id) ? '' : 'jp-mod-over'}`}
            aria-selected={tab.id === value}
            aria-controls={tab.id === value ? props.controls : undefined}
            tabIndex={tab.id === value ? 0 : -1}
            onClick={() => onChange(tab.id)}
          >
            {tab.label}
            {tab.count !== undefined && (
              <span className="jp-kfp-Tab-count"> {tab.count}</span>
            )}
            {tab.dot && (
              <span
                className="jp-kfp-Tab-dot"
                role="img"
                aria-label={trans.__('new')}
              />
            )}
          </button>
        ))}
      </div>
      {rest.length > 0 && (
        <span className="jp-kfp-ViewTabs-more">
          <select
            aria-label={trans.__('More views')}
            title={trans.__('More views')}
            value=""
            onChange={event => onChange(event.target.value as T)}
          >
            <option value="" disabled hidden />
            {rest.map(({ id, label, count }) => (
              <option key={id} value={id}>
                {count === undefined ? label : `${label} ${count}`}
              </option>
            ))}
          </select>
          <span aria-hidden="true">⋯</span>
        </span>
      )}
    </div>
  );
}

/** The tabs that fit beside each other, the chosen one always among them. */
function useFitting<T extends string>(
  list: React.RefObject<HTMLElement>,
  tabs: readonly ViewTab<T>[],
  value: T
): ReadonlySet<T> {
  const [widths, setWidths] = React.useState<{
    room: number;
    of: readonly number[];
  } | null>(null);
  const content = JSON.stringify(tabs);
  React.useLayoutEffect(() => {
    const element = list.current;
    if (!element) {
      return;
    }
    const measure = () => {
      const of = [...element.children].map(
        child => child.getBoundingClientRect().width
      );
      const room = element.parentElement?.getBoundingClientRect().width ?? 0;
      setWidths(known =>
        known?.room === room && String(known.of) === String(of)
          ? known
          : { room, of }
      );
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element.parentElement ?? element);
    return () => observer.disconnect();
  }, [list, content]);
  return React.useMemo(() => {
    const all = tabs.map(({ id }) => id);
    if (!widths) {
      return new Set(all);
    }
    const { room, of } = widths;
    const width = (id: T) => of[all.indexOf(id)] ?? 0;
    const sum = all.reduce((total, id) => total + width(id), 0);
    if (sum <= room) {
      return new Set(all);
    }
    const fitting = new Set<T>([value]);
    let used = MORE + width(value);
    for (const id of all) {
      used += id === value ? 0 : width(id);
      if (used > room) {
        break;
      }
      fitting.add(id);
    }
    return fitting;
  }, [tabs, widths, value]);
}
