import * as React from 'react';

import { IconButton } from '../components/controls';
import { Icon } from '../components/icons';
import { useTrans } from '../model/environment';
import { numberText } from '../model/i18n';
import type { LogSearch } from '../api/api';
import type { Found } from './use-log';

/** Finds text in the whole log. */
export function LogSearchField(props: {
  field: React.RefObject<HTMLInputElement>;
  search: LogSearch;
  onSearch: (search: LogSearch) => void;
  found: Found | null;
  error: string;
  /** Go to the next match, or with -1 to the previous one. */
  onStep: (step: 1 | -1) => void;
  /** Asked to go back to the lines. */
  onLeave: () => void;
}): JSX.Element {
  const trans = useTrans();
  const { field, search, onSearch, found, error } = props;
  const onKeyDown = (event: React.KeyboardEvent) => {
    if (event.key === 'Enter') {
      props.onStep(event.shiftKey ? -1 : 1);
    } else if (event.key === 'Escape' && search.text) {
      onSearch({ ...search, text: '' });
    } else if (event.key === 'Escape') {
      props.onLeave();
    } else {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <div className="jp-kfp-Log-search" role="search">
      <span className="jp-kfp-Search">
        <Icon name="search" />
        <input
          ref={field}
          type="text"
          value={search.text}
          placeholder={trans.__('Search the log')}
          aria-label={trans.__('Search the log')}
          aria-invalid={error !== ''}
          spellCheck={false}
          onChange={event => onSearch({ ...search, text: event.target.value })}
          onKeyDown={onKeyDown}
        />
      </span>
      {search.text && (
        <span
          className="jp-kfp-Log-count"
          role="status"
          title={error || undefined}
        >
          {error || (found ? countText(found, trans) : '…')}
        </span>
      )}
      <IconButton
        icon="up"
        label={trans.__('Previous match (Shift+Enter)')}
        onClick={() => props.onStep(-1)}
      />
      <IconButton
        icon="down"
        label={trans.__('Next match (Enter)')}
        onClick={() => props.onStep(1)}
      />
      <TextToggle
        text="Aa"
        label={trans.__('Match case')}
        pressed={search.matchCase}
        onClick={() => onSearch({ ...search, matchCase: !search.matchCase })}
      />
      <TextToggle
        text=".*"
        label={trans.__('Regular expression')}
        pressed={search.regex}
        onClick={() => onSearch({ ...search, regex: !search.regex })}
      />
    </div>
  );
}

function countText(
  { matches, total, index }: Found,
  trans: ReturnType<typeof useTrans>
): string {
  if (total === 0) {
    return trans.__('No match');
  }
  return index < 0 || matches.length === 0
    ? numberText(total, trans)
    : trans.__(
        '%1 of %2',
        numberText(index + 1, trans),
        numberText(total, trans)
      );
}

function TextToggle(props: {
  text: string;
  label: string;
  pressed: boolean;
  onClick: () => void;
}): JSX.Element {
  return (
    <button
      type="button"
      className="jp-kfp-IconButton"
      aria-label={props.label}
      title={props.label}
      aria-pressed={props.pressed}
      onClick={props.onClick}
    >
      {props.text}
    </button>
  );
}

/** Which attempt of the task, and which container, the log is of. */
export function LogPlaces(props: {
  attempt: number;
  attempts: number;
  container: string;
  containers: readonly string[];
  onAttempt: (attempt: number) => void;
  onContainer: (container: string) => void;
}): JSX.Element {
  const trans = useTrans();
  const { attempt, attempts, container, containers } = props;
  return (
    <>
      {attempts > 1 && (
        <select
          className="jp-kfp-Select"
          aria-label={trans.__('Attempt')}
          value={attempt}
          onChange={event => props.onAttempt(Number(event.target.value))}
        >
          {Array.from({ length: attempts }, (_, index) => (
            <option key={index} value={index + 1}>
              {trans.__('attempt %1 of %2', index + 1, attempts)}
            </option>
          ))}
        </select>
      )}
      {containers.length > 1 && (
        <select
          className="jp-kfp-Select"
          aria-label={trans.__('Container')}
          value={container}
          onChange={event => props.onContainer(event.target.value)}
        >
          {containers.map(name => (
            <option key={name}>{name}</option>
          ))}
        </select>
      )}
    </>
  );
}
