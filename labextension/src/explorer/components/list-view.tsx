import * as React from 'react';

import type { ListQuery } from '../api/api';
import { useEnvironment, useTrans } from '../model/environment';
import type { Trans } from '../model/i18n';
import { numberText } from '../model/i18n';
import type { ListSource } from '../model/queries';
import { useList } from '../model/queries';
import { RelativeTime } from './time';
import { Button, IconButton } from './controls';
import { ErrorView, StaleBanner } from './problem';
import { SearchBox } from './search-box';
import { VirtualList } from './virtual-list';

export interface Choice {
  value: string;
  label: string;
}

export interface ListViewProps<T> {
  list: ListSource<T>;
  query: ListQuery;
  onQuery: (query: ListQuery) => void;
  /** What the list holds: "Experiments". */
  label: string;
  searchLabel: string;
  /** Said when there is nothing at all. */
  empty: string;
  rowHeight: number;
  row: (item: T, current: boolean) => React.ReactNode;
  /** Filters beside the search field. */
  filters?: React.ReactNode;
  /** Buttons after the filters. */
  switches?: React.ReactNode;
  /** Under the filters. */
  notice?: React.ReactNode;
  sorts: readonly Choice[];
}

/** A searchable, sortable list of any length. */
export function ListView<T>(props: ListViewProps<T>): JSX.Element {
  const { list, query, onQuery } = props;
  const trans = useTrans();
  const { data, at, error, busy, outdated, refresh, loadMore } = useList(
    list,
    query
  );
  useAnnouncedCount(data?.items.length, data?.total, outdated);
  const onSearch = React.useCallback(
    (search: string) => onQuery({ ...query, search }),
    [onQuery, query]
  );
  const filtered = Boolean(query.search || query.state);
  return (
    <>
      <div className="jp-kfp-Filters">
        <SearchBox
          value={query.search ?? ''}
          label={props.searchLabel}
          onSearch={onSearch}
        />
        {props.filters}
        <Select
          label={trans.__('Order')}
          value={query.sort_by ?? props.sorts[0]?.value ?? ''}
          choices={withChoice(props.sorts, query.sort_by)}
          onChange={sort_by => onQuery({ ...query, sort_by })}
        />
        {props.switches}
      </div>
      {props.notice}
      {error && data && (
        <StaleBanner error={error} onRetry={() => void refresh()} />
      )}
      <div
        className={`jp-kfp-List ${outdated ? 'jp-mod-outdated' : ''}`}
        aria-busy={busy}
      >
        <div className={`jp-kfp-Progress ${busy ? 'jp-mod-busy' : ''}`} />
        {data && data.items.length > 0 && (
          <VirtualList
            items={data.items}
            idOf={list.idOf}
            label={props.label}
            rowHeight={props.rowHeight}
            row={props.row}
          />
        )}
        {data && data.items.length === 0 && (
          <Empty
            text={
              filtered
                ? trans.__('Nothing here matches the search and the filters.')
                : props.empty
            }
            onClear={
              filtered
                ? () => onQuery({ ...query, search: '', state: '' })
                : undefined
            }
          />
        )}
        {!data && error && (
          <ErrorView error={error} onRetry={() => void refresh()} />
        )}
        {!data && !error && <Placeholder />}
      </div>
      {data && (
        <Footer at={at} onRefresh={() => void refresh()}>
          <span>{countText(data.items.length, data.total, trans)}</span>
          {data.next && (
            <Button onClick={() => void loadMore()}>
              {trans.__('Load more')}
            </Button>
          )}
        </Footer>
      )}
    </>
  );
}

/** A choice among a few words. */
export function Select(props: {
  label: string;
  value: string;
  choices: readonly Choice[];
  onChange: (value: string) => void;
}): JSX.Element {
  return (
    <select
      className="jp-kfp-Select"
      aria-label={props.label}
      title={props.label}
      value={props.value}
      onChange={event => props.onChange(event.target.value)}
    >
      {props.choices.map(({ value, label }) => (
        <option key={value} value={value}>
          {label}
        </option>
      ))}
    </select>
  );
}

/** `choices` and the one that was made elsewhere. */
function withChoice(choices: readonly Choice[], made?: string): Choice[] {
  return made === undefined || choices.some(({ value }) => value === made)
    ? [...choices]
    : [...choices, { value: made, label: made }];
}

/** How much there is, how old it is, and the way to newer data. */
export function Footer(props: {
  /** When Pipelines gave the data (milliseconds since 1970). */
  at: number;
  onRefresh: () => void;
  children: React.ReactNode;
}): JSX.Element {
  const trans = useTrans();
  return (
    <div className="jp-kfp-Footer">
      {props.children}
      <RelativeTime className="jp-kfp-Age" time={props.at} />
      <IconButton
        icon="refresh"
        label={trans.__('Refresh')}
        onClick={props.onRefresh}
      />
    </div>
  );
}

/** Grey lines where the first rows will be. */
export function Placeholder(): JSX.Element {
  const trans = useTrans();
  return (
    <div className="jp-kfp-Placeholder" role="status">
      <span className="jp-kfp-Hidden">{trans.__('Loading…')}</span>
      <i />
      <i />
      <i />
    </div>
  );
}

function Empty(props: { text: string; onClear?: () => void }): JSX.Element {
  const trans = useTrans();
  return (
    <div className="jp-kfp-Empty">
      <p>{props.text}</p>
      {props.onClear && (
        <Button onClick={props.onClear}>{trans.__('Show all')}</Button>
      )}
    </div>
  );
}

function useAnnouncedCount(
  shown: number | undefined,
  total: number | undefined,
  outdated: boolean
): void {
  const { announce, trans } = useEnvironment();
  React.useEffect(() => {
    if (shown !== undefined && total !== undefined && !outdated) {
      announce(countText(shown, total, trans));
    }
  }, [announce, trans, shown, total, outdated]);
}

function countText(shown: number, total: number, trans: Trans): string {
  return trans.__(
    '%1 of %2',
    numberText(shown, trans),
    numberText(total, trans)
  );
}
