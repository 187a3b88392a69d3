import * as React from 'react';

import { useTrans } from '../model/environment';
import type { Subject } from '../model/subject';
import { useActs } from './acts';
import { Button, IconButton } from './controls';

/** In the place of the search: how many rows are selected, and what can be done to them. */
export function SelectionBar(props: {
  subjects: readonly Subject[];
  /** How many selected rows do not fit the filters. */
  hidden: number;
  onClear: () => void;
}): JSX.Element {
  const trans = useTrans();
  const acts = useActs();
  const { subjects, hidden } = props;
  const entries = acts.menuOf(subjects);
  const compare = entries.find(
    entry => entry !== 'separator' && entry.id === 'compare'
  );
  const bar = React.useRef<HTMLDivElement>(null);
  return (
    <div
      ref={bar}
      className="jp-kfp-Filters jp-kfp-SelectionBar"
      role="toolbar"
      aria-label={trans.__('Selection')}
    >
      <span role="status">
        {trans._n('%1 selected', '%1 selected', subjects.length + hidden)}
        {hidden > 0 && `, ${trans._n('%1 hidden', '%1 hidden', hidden)}`}
      </span>
      {compare && compare !== 'separator' && (
        <Button onClick={() => compare.run?.()}>{compare.label}</Button>
      )}
      <IconButton
        icon="more"
        label={trans.__('Actions for the selection')}
        onClick={() => {
          if (bar.current) {
            acts.openMenu(subjects, bar.current);
          }
        }}
      />
      <IconButton
        icon="close"
        label={trans.__('Clear the selection')}
        onClick={props.onClear}
      />
    </div>
  );
}
