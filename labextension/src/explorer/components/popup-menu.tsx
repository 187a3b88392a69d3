import * as React from 'react';
import { createPortal } from 'react-dom';

import type { MenuEntry, MenuItem } from '../model/menu';
import type { IconName } from './icons';
import { Icon } from './icons';

interface Place {
  x: number;
  y: number;
}

/** A menu for hosts that have none of their own. */
export function PopupMenu(props: {
  entries: readonly MenuEntry[];
  at: Place;
  onClose: () => void;
}): JSX.Element {
  const { entries, at, onClose } = props;
  return createPortal(
    <div
      className="jp-kfp-Menu-layer"
      onPointerDown={event => {
        if (event.target === event.currentTarget) {
          onClose();
        }
      }}
      onContextMenu={event => event.preventDefault()}
    >
      <Level entries={entries} at={at} onBack={onClose} onClose={onClose} />
    </div>,
    document.body
  );
}

/** A menu, and the one that it has opened. */
function Level(props: {
  entries: readonly MenuEntry[];
  at: Place;
  /** Back to the menu that opened this one. */
  onBack: () => void;
  /** Close all. */
  onClose: () => void;
}): JSX.Element {
  const { entries, onBack, onClose } = props;
  const list = React.useRef<HTMLUListElement>(null);
  const [at, setAt] = React.useState(props.at);
  const [below, setBelow] = React.useState<{
    items: readonly MenuItem[];
    at: Place;
  } | null>(null);
  React.useLayoutEffect(() => {
    const box = list.current?.getBoundingClientRect();
    if (box) {
      setAt({
        x: Math.max(4, Math.min(props.at.x, window.innerWidth - box.width - 4)),
        y: Math.max(
          4,
          Math.min(props.at.y, window.innerHeight - box.height - 4)
        )
      });
    }
    buttonsOf(list.current)[0]?.focus();
    // eslint-disable-next-line react-hooks/exhaustive-deps -- Placed once, when it opens.
  }, []);
  const choose = (item: MenuItem, button: HTMLElement) => {
    if (item.enabled === false) {
      return;
    }
    if (item.items) {
      const box = button.getBoundingClientRect();
      setBelow({ items: item.items, at: { x: box.right, y: box.top } });
      return;
    }
    onClose();
    item.run?.();
  };
  const onKeyDown = (event: React.KeyboardEvent) => {
    event.stopPropagation();
    const buttons = buttonsOf(list.current);
    const index = buttons.indexOf(document.activeElement as HTMLButtonElement);
    const item = itemsOf(entries)[index];
    const next = {
      ArrowDown: index + 1,
      ArrowUp: index - 1,
      Home: 0,
      End: buttons.length - 1
    }[event.key];
    if (next !== undefined) {
      event.preventDefault();
      buttons[(next + buttons.length) % buttons.length]?.focus();
    } else if (event.key === 'Escape' || event.key === 'ArrowLeft') {
      event.preventDefault();
      onBack();
    } else if (event.key === 'ArrowRight' && item?.items) {
      event.preventDefault();
      choose(item, buttons[index] as HTMLElement);
    } else if (event.key === 'Tab') {
      event.preventDefault();
      onClose();
    } else if (event.key.length === 1) {
      const letter = event.key.toLowerCase();
      const order = [...buttons.slice(index + 1), ...buttons];
      order
        .find(it => it.textContent?.toLowerCase().startsWith(letter))
        ?.focus();
    }
  };
  return (
    <>
      <ul
        ref={list}
        role="menu"
        className="jp-kfp-Menu"
        style={{ left: at.x, top: at.y }}
        onKeyDown={onKeyDown}
      >
        {entries.map((entry, index) =>
          entry === 'separator' ? (
            <li key={index} role="separator" />
          ) : (
            <li key={entry.id} role="none">
              <button
                type="button"
                role="menuitem"
                tabIndex={-1}
                aria-disabled={entry.enabled === false}
                aria-haspopup={entry.items ? 'menu' : undefined}
                onClick={event => choose(entry, event.currentTarget)}
              >
                {entry.icon ? <Icon name={entry.icon as IconName} /> : <i />}
                <span>{entry.label}</span>
                {entry.keys && <kbd aria-hidden="true">{entry.keys}</kbd>}
                {entry.items && <Icon name="closed" />}
              </button>
            </li>
          )
        )}
      </ul>
      {below && (
        <Level
          entries={below.items}
          at={below.at}
          onBack={() => {
            setBelow(null);
            list.current
              ?.querySelector<HTMLElement>('[aria-haspopup]')
              ?.focus();
          }}
          onClose={onClose}
        />
      )}
    </>
  );
}

function itemsOf(entries: readonly MenuEntry[]): MenuItem[] {
  return entries.filter(entry => entry !== 'separator');
}

function buttonsOf(list: HTMLElement | null): HTMLButtonElement[] {
  return [
    ...(list?.querySelectorAll<HTMLButtonElement>('[role="menuitem"]') ?? [])
  ];
}
