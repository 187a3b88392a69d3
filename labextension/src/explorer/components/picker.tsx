import * as React from 'react';

import { useTrans } from '../model/environment';

export interface Choice {
  value: string;
  label: string;
}

/** A field that offers what fits to what was typed: a combobox with its list. */
export function Picker(props: {
  label: string;
  /** The chosen one; null for none. */
  value: Choice | null;
  placeholder?: string;
  /** What fits to a text; called with the empty text first. */
  load: (text: string, signal: AbortSignal) => Promise<readonly Choice[]>;
  onChange: (choice: Choice | null) => void;
}): JSX.Element {
  const trans = useTrans();
  const { value, load, onChange } = props;
  const id = React.useId();
  const [text, setText] = React.useState<string | null>(null);
  const [choices, setChoices] = React.useState<readonly Choice[]>([]);
  const [active, setActive] = React.useState(-1);
  const open = text !== null;
  React.useEffect(() => {
    if (text === null) {
      return;
    }
    const controller = new AbortController();
    const timer = setTimeout(
      () =>
        void load(text, controller.signal).then(
          found => {
            setChoices(found);
            setActive(-1);
          },
          () => setChoices([])
        ),
      text ? 250 : 0
    );
    return () => {
      clearTimeout(timer);
      controller.abort();
    };
  }, [load, text]);
  const choose = (choice: Choice | null) => {
    setText(null);
    onChange(choice);
  };
  const onKeyDown = (event: React.KeyboardEvent) => {
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      if (!open) {
        setText('');
      } else {
        const step = event.key === 'ArrowDown' ? 1 : -1;
        setActive((active + step + choices.length) % (choices.length || 1));
      }
    } else if (event.key === 'Enter' && open) {
      event.preventDefault();
      choose(choices[active] ?? (text ? (choices[0] ?? null) : null));
    } else if (event.key === 'Escape' && open) {
      event.stopPropagation();
      setText(null);
    }
  };
  return (
    <div className="jp-kfp-Picker">
      <input
        role="combobox"
        aria-label={props.label}
        aria-expanded={open}
        aria-controls={`${id}-list`}
        aria-autocomplete="list"
        aria-activedescendant={active >= 0 ? `${id}-${active}` : undefined}
        autoComplete="off"
        spellCheck={false}
        placeholder={props.placeholder}
        value={text ?? value?.label ?? ''}
        onFocus={() => setText('')}
        onBlur={() => setText(null)}
        onChange={event => setText(event.target.value)}
        onKeyDown={onKeyDown}
      />
      <ul
        id={`${id}-list`}
        role="listbox"
        aria-label={props.label}
        hidden={!open || choices.length === 0}
      >
        {choices.map((choice, index) => (
          <li
            key={choice.value}
            id={`${id}-${index}`}
            role="option"
            aria-selected={choice.value === value?.value}
            data-active={index === active}
            // The field would lose the focus, and with it the list.
            onPointerDown={event => {
              event.preventDefault();
              choose(choice);
            }}
          >
            {choice.label}
          </li>
        ))}
      </ul>
      {value && (
        <button
          type="button"
          className="jp-kfp-LinkButton"
          onClick={() => choose(null)}
        >
          {trans.__('All')}
        </button>
      )}
    </div>
  );
}
