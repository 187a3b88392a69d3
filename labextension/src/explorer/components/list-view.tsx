import * as React from 'react';

import type { ListQuery } from '../api/api';
import { pythonOf } from '../model/code';
import { copyText } from '../model/clipboard';
import { useEnvironment, useTrans } from '../model/environment';
import { useHost } from '../model/host';
import type { Trans } from '../model/i18n';
import { numberText } from '../model/i18n';
import type { Filter, View } from '../model/navigation';
import type { ListSource } from '../model/queries';
import { questionKey, useList } from '../model/queries';
import type { Selection } from '../model/selection';
import { NOTHING } from '../model/selection';
import type { Subject } from '../model/subject';
import { nameOf } from '../model/subject';
import { useActs } from './acts';
import { findById, isId } from '../model/find';
import { useCalmRows } from './calm-rows';
import { Button, IconButton } from './controls';
import type { Column } from './data-list';
import { DataList } from './data-list';
import { FilterBar } from './filter-bar';
import type { FilterChip } from './filter-bar';
import { Footer } from './foot';
import { ErrorView, StaleBanner } from './problem';
import { SelectionBar } from './selection-bar';
import { useStillness } from './stillness';

export interface ListViewProps<T> {
  list: ListSource<T>;
  view: View;
  onQuery: (query: ListQuery, filter?: Filter) => void;
  /** Opens a row here. */
  onOpen: (item: T) => void;
  /** What the list holds: "Experiments". */
  label: string;
  searchLabel: string;
  /** Said when there is nothing at all, and how to begin. */
  empty: React.ReactNode;
  subjectOf: (item: T) => Subject;
  /** Whether a row fits what the server cannot filter by. */
  matches?: (item: T) => boolean;
  icon?: (item: T) => React.ReactNode;
  badge?: (item: T) => React.ReactNode;
  details: (item: T) => React.ReactNode;
  columns: readonly Column<T>[];
  /** The filters that are set, and the form for all of them. */
  chips: readonly FilterChip[];
  form: React.ReactNode;
}

/** A searchable, filtered list of any length, whose rows can be selected and acted on. */
export function ListView<T>(props: ListViewProps<T>): JSX.Element {
  const { list, view, onQuery, subjectOf } = props;
  const { query, filter } = view;
  const { idOf } = list;
  const trans = useTrans();
  const host = useHost();
  const acts = useActs();
  const { namespace, store } = useEnvironment();
  const { data, at, error, busy, outdated, refresh, loadMore } = useList(
    list,
    query
  );
  const [selection, setSelection] = React.useState<Selection>(NOTHING);
  const [explaining, setExplaining] = React.useState(false);
  const box = React.useRef<HTMLDivElement>(null);
  const stillness = useStillness(box, selection.ids.size > 0);
  const fitting = useFitting(data?.items, props.matches);
  const question = JSON.stringify([
    questionKey(list.path, query),
    filter,
    namespace
  ]);
  const { items, gone, waiting, accept } = useCalmRows(fitting, idOf, {
    question: outdated || !data ? `${question} awaited` : question,
    still: stillness.still,
    more: Boolean(data?.next)
  });
  useAnnouncedCount(items.length, data?.total, outdated);
  const { open } = acts;
  const onSearch = React.useCallback(
    (search: string) => {
      if (isId(search)) {
        void findById(store.api, search).then(found => found && open(found));
      }
      onQuery({ ...query, search }, filter);
    },
    [onQuery, query, filter, store, open]
  );
  const onRefresh = () => {
    accept();
    stillness.release();
    void refresh();
  };
  const subjects = (rows: readonly T[]) => rows.map(subjectOf);
  const { openRun, dragCell } = host;
  const openTab = (item: T) => {
    const subject = subjectOf(item);
    if (subject.kind === 'run') {
      openRun?.(subject.item);
    }
  };
  const canTab = openRun !== undefined && list.path === 'runs';
  const onKey = (key: string, rows: readonly T[]) => {
    if (key === 'Ctrl C') {
      const names = subjects(rows).map(nameOf).join('\n');
      void copyText(names).catch(() => undefined);
      return true;
    }
    if (key.toLowerCase() === 'i' && host.insertCell) {
      host.insertCell(pythonOf(subjects(rows)));
      return true;
    }
    return false;
  };
  const chosen = items.filter(item => selection.ids.has(idOf(item)));
  const filtered = Boolean(query.search) || props.chips.length > 0;
  const clear = () =>
    onQuery({ ...query, search: '', state: '', include_archived: undefined });
  const local =
    props.matches !== undefined && data !== undefined && filtersHere(filter);
  if (explaining && error) {
    return (
      <div className="jp-kfp-List">
        <div className="jp-kfp-Trail">
          <IconButton
            icon="back"
            label={trans.__('Back to the list')}
            onClick={() => setExplaining(false)}
          />
          <span>{trans.__('What to Do')}</span>
        </div>
        <ErrorView error={error} onRetry={() => void refresh()} />
      </div>
    );
  }
  return (
    <>
      {selection.ids.size > 0 ? (
        <SelectionBar
          subjects={subjects(chosen)}
          hidden={selection.ids.size - chosen.length}
          onClear={() => setSelection(NOTHING)}
        />
      ) : (
        <FilterBar
          search={query.search ?? ''}
          searchLabel={props.searchLabel}
          onSearch={onSearch}
          chips={props.chips}
          onClear={clear}
          form={props.form}
        />
      )}
      <div
        ref={box}
        className={`jp-kfp-List ${outdated ? 'jp-mod-outdated' : ''}`}
        aria-busy={busy}
      >
        <div className={`jp-kfp-Progress ${busy ? 'jp-mod-busy' : ''}`} />
        {waiting > 0 && items.length > 0 && (
          <button
            type="button"
            className="jp-kfp-NewRows"
            onClick={() => {
              accept();
              stillness.toTop();
            }}
          >
            ↑ {trans._n('%1 new', '%1 new', waiting)}
          </button>
        )}
        {items.length > 0 && (
          <DataList
            items={items}
            idOf={idOf}
            nameOf={item => nameOf(subjectOf(item))}
            label={props.label}
            icon={props.icon}
            badge={props.badge}
            details={props.details}
            columns={props.columns}
            sort={query.sort_by ?? 'created_at desc'}
            onSort={sort_by => onQuery({ ...query, sort_by }, filter)}
            selection={selection}
            onSelect={setSelection}
            onOpen={props.onOpen}
            onOpenTab={canTab ? openTab : undefined}
            onMenu={(rows, place) => acts.openMenu(subjects(rows), place)}
            onKey={onKey}
            onDrag={
              dragCell &&
              ((rows, event) => dragCell(pythonOf(subjects(rows)), event))
            }
            codeOf={rows => pythonOf(subjects(rows))}
            gone={gone}
            mark={query.search}
            total={Math.max(data?.total ?? 0, items.length)}
            onTop={stillness.onTop}
            onEnd={data?.next && !busy && !error ? loadMore : undefined}
            after={
              data?.next && (
                <div className="jp-kfp-LoadMore">
                  <Button onClick={() => void loadMore()}>
                    {trans.__('Load More')}
                  </Button>
                </div>
              )
            }
          />
        )}
        {data && items.length === 0 && (
          <div className="jp-kfp-Empty">
            {filtered || local ? (
              <>
                <p>{trans.__('Nothing matches.')}</p>
                <Button onClick={clear}>{trans.__('Clear Filters')}</Button>
              </>
            ) : (
              props.empty
            )}
          </div>
        )}
        {!data && error && (
          <ErrorView error={error} onRetry={() => void refresh()} />
        )}
        {!data && !error && <Placeholder />}
      </div>
      {error && data && (
        <StaleBanner
          error={error}
          onRetry={onRefresh}
          onExplain={() => setExplaining(true)}
        />
      )}
      {data && (
        <Footer at={at} stale={error !== null} onRefresh={onRefresh}>
          {local && data.next ? (
            <LocalCount
              found={items.length}
              among={data.items.length}
              onMore={data.next ? loadMore : undefined}
            />
          ) : (
            <span>
              {countText(
                local ? items.length : data.items.length,
                data.total,
                trans
              )}
            </span>
          )}
        </Footer>
      )}
    </>
  );
}

function filtersHere(filter: Filter = {}): boolean {
  const { states = [], days, recurring, archived } = filter;
  return (
    states.length > 0 ||
    days !== undefined ||
    Boolean(recurring) ||
    Boolean(archived)
  );
}

function useFitting<T>(
  items: readonly T[] | undefined,
  matches: ((item: T) => boolean) | undefined
): readonly T[] {
  return React.useMemo(() => {
    const known = items ?? [];
    return matches ? known.filter(matches) : known;
  }, [items, matches]);
}

/** How many were found among what is loaded, where the server cannot look for them. */
function LocalCount(props: {
  found: number;
  among: number;
  onMore?: () => Promise<void>;
}): JSX.Element {
  const trans = useTrans();
  const { onMore } = props;
  return (
    <>
      <span>
        {trans.__(
          '%1 among the last %2',
          numberText(props.found, trans),
          numberText(props.among, trans)
        )}
      </span>
      {onMore && (
        <Button onClick={() => void onMore()}>
          {trans.__('Look Further')}
        </Button>
      )}
    </>
  );
}

/** Grey rows, in the height of real ones. */
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

function useAnnouncedCount(
  shown: number,
  total: number | undefined,
  outdated: boolean
): void {
  const { announce, trans } = useEnvironment();
  React.useEffect(() => {
    if (total !== undefined && !outdated) {
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
