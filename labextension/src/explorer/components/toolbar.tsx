import * as React from 'react';

import type { IconName } from './icons';
import { Icon } from './icons';

export interface ToolbarItem {
  id: string;
  label: string;
  icon: IconName;
  /** Whether its word is shown beside the icon. */
  words?: boolean;
  primary?: boolean;
  enabled?: boolean;
  run: (button: HTMLElement) => void;
}

/** Buttons in one line; one tab stop, arrow keys go from one to another. */
export function Toolbar(props: {
  label: string;
  items: readonly ToolbarItem[];
}): JSX.Element {
  const { items } = props;
  const bar = React.useRef<HTMLDivElement>(null);
  const [current, setCurrent] = React.useState(0);
  const active = Math.min(current, items.length - 1);
  const onKeyDown = (event: React.KeyboardEvent) => {
    const step = {
      ArrowRight: active + 1,
      ArrowLeft: active - 1,
      Home: 0,
      End: items.length - 1
    }[event.key];
    if (step !== undefined) {
      event.preventDefault();
      const next = (step + items.length) % items.length;
      setCurrent(next);
      bar.current?.querySelectorAll('button')[next]?.focus();
    }
  };
  return (
    <div
      ref={bar}
      className="jp-kfp-Actions"
      role="toolbar"
      aria-label={props.label}
      onKeyDown={onKeyDown}
    >
      {items.map((item, index) => (
        <button
          key={item.id}
          type="button"
          className={
            item.words
              ? `jp-kfp-Button ${item.primary ? 'jp-mod-primary' : ''}`
              : 'jp-kfp-IconButton'
          }
          aria-label={item.words ? undefined : item.label}
          title={item.words ? undefined : item.label}
          aria-disabled={item.enabled === false}
          tabIndex={index === active ? 0 : -1}
          onFocus={() => setCurrent(index)}
          onClick={event => {
            // The second click of two is meant for what was there at the first.
            if (item.enabled !== false && event.detail < 2) {
              item.run(event.currentTarget);
            }
          }}
        >
          <Icon name={item.icon} />
          {item.words && item.label}
        </button>
      ))}
    </div>
  );
}
