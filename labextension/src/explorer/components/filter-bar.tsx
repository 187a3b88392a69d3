import * as React from 'react';

import { useTrans } from '../model/environment';
import { Button, IconButton } from './controls';
import { Icon } from './icons';
import { Popover } from './popover';
import { SearchBox } from './search-box';

/** A filter that is set, as it is shown under the search. */
export interface FilterChip {
  id: string;
  label: string;
  onRemove: () => void;
}

/** The search of a list, and its filters behind one button. */
export function FilterBar(props: {
  search: string;
  searchLabel: string;
  onSearch: (text: string) => void;
  /** The filters that are set. */
  chips: readonly FilterChip[];
  onClear: () => void;
  /** The form with all filters. */
  form: React.ReactNode;
}): JSX.Element {
  const trans = useTrans();
  const { chips } = props;
  const [open, setOpen] = React.useState(false);
  const button = React.useRef<HTMLButtonElement>(null);
  const close = React.useCallback(() => setOpen(false), []);
  return (
    <div className="jp-kfp-FilterBar">
      <div className="jp-kfp-Filters">
        <SearchBox
          value={props.search}
          label={props.searchLabel}
          onSearch={props.onSearch}
        />
        <button
          ref={button}
          type="button"
          className="jp-kfp-IconButton jp-kfp-FilterButton"
          aria-label={
            chips.length > 0
              ? trans._n('Filters, %1 set', 'Filters, %1 set', chips.length)
              : trans.__('Filters')
          }
          title={trans.__('Filters')}
          aria-expanded={open}
          onClick={() => setOpen(!open)}
        >
          <Icon name="filter" />
          {chips.length > 0 && <span>{chips.length}</span>}
        </button>
        {open && (
          <Popover
            label={trans.__('Filters')}
            side="below"
            anchor={button}
            onClose={close}
          >
            {props.form}
          </Popover>
        )}
      </div>
      {chips.length > 0 && (
        <div className="jp-kfp-Chips">
          {chips.map(({ id, label, onRemove }) => (
            <span key={id} className="jp-kfp-Chip">
              <span>{label}</span>
              <IconButton
                icon="close"
                label={trans.__('Remove the filter %1', label)}
                onClick={onRemove}
              />
            </span>
          ))}
          <Button onClick={props.onClear}>{trans.__('Clear')}</Button>
        </div>
      )}
    </div>
  );
}
