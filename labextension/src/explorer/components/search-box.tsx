import * as React from 'react';

import { useTrans } from '../model/environment';
import { IconButton } from './controls';
import { Icon } from './icons';

/** How long to wait for the next key before searching (milliseconds). */
export const DEBOUNCE = 250;

/** A field that tells what was typed into it after a short pause. */
export function SearchBox(props: {
  value: string;
  label: string;
  onSearch: (text: string) => void;
}): JSX.Element {
  const trans = useTrans();
  const { value, onSearch } = props;
  const [text, setText] = React.useState(value);
  const [shown, setShown] = React.useState(value);
  if (shown !== value) {
    setShown(value);
    if (text.trim() !== value) {
      setText(value);
    }
  }
  React.useEffect(() => {
    const wanted = text.trim();
    if (wanted === value) {
      return;
    }
    const timer = setTimeout(() => onSearch(wanted), DEBOUNCE);
    return () => clearTimeout(timer);
  }, [text, value, onSearch]);
  return (
    <div className="jp-kfp-Search">
      <Icon name="search" />
      <input
        type="text"
        role="searchbox"
        aria-label={props.label}
        placeholder={props.label}
        maxLength={256}
        spellCheck={false}
        value={text}
        onChange={event => setText(event.target.value)}
        onKeyDown={event => {
          if (event.key === 'Enter') {
            onSearch(text.trim());
          } else if (event.key === 'Escape' && text) {
            event.stopPropagation();
            setText('');
          }
        }}
      />
      {text && (
        <IconButton
          icon="close"
          label={trans.__('Clear the search')}
          onClick={() => {
            setText('');
            onSearch('');
          }}
        />
      )}
    </div>
  );
}
