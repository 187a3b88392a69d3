import * as React from 'react';

import { useChanges } from '../actions/hooks';
import type { Answer, FetchPage, ListQuery, RequestOptions } from '../api/api';
import type { Experiment } from '../api/types';
import type { Source } from './environment';
import { useEnvironment } from './environment';
import type { ListData } from './list';
import { LiveList } from './list';
import type { Snapshot } from './live';
import { Live } from './live';

type Initial<T> = Partial<Snapshot<T>> | undefined;

/** How many answers are kept for going back. */
const REMEMBERED = 40;

/** The name under which the answer to a list's question is kept. */
export function questionKey(path: string, query: ListQuery = {}): string {
  const asked = Object.entries(query)
    .filter(([, value]) => value !== undefined && value !== '')
    .sort(([one], [other]) => one.localeCompare(other));
  return JSON.stringify([path, asked]);
}

/** Not asked again for what users do. */
const STATUS = questionKey('status');

/**
 * Follow a `Live` for as long as the explorer can be seen.
 *
 * `family` names questions that replace one another, such as one list with
 * different filters: the old answer stays, marked as outdated, until the new one
 * is there.
 */
function useFollowed<T, L extends Live<T>>(
  key: string,
  family: string,
  create: (source: Source, initial: Initial<T>) => L
): Snapshot<T> & { live: L } {
  const { cache, source, visible, refreshes } = useEnvironment();
  const make = () => ({
    key,
    source,
    live: create(source, start<T>(cache, key, family))
  });
  const [held, setHeld] = React.useState(make);
  let { live } = held;
  if (held.key !== key || held.source !== source) {
    const next = make();
    setHeld(next);
    live = next.live;
  }
  const snapshot = React.useSyncExternalStore(live.subscribe, live.snapshot);
  React.useEffect(() => live.setActive(visible), [live, visible]);
  React.useEffect(() => () => live.stop(), [live]);
  const changes = useChanges();
  React.useEffect(() => {
    if (key !== STATUS) {
      return changes.follow(() => {
        outdate(cache);
        return visible ? live.refresh() : live.recheck();
      });
    }
    return undefined;
  }, [changes, cache, key, live, visible]);
  const refreshed = React.useRef(refreshes);
  React.useEffect(() => {
    if (refreshed.current !== refreshes) {
      refreshed.current = refreshes;
      void live.refresh();
    }
  }, [live, refreshes]);
  React.useEffect(() => {
    if (snapshot.data !== undefined && !snapshot.outdated) {
      remember(cache, key, snapshot);
      remember(cache, family, snapshot);
    }
  }, [cache, key, family, snapshot]);
  return { ...snapshot, live };
}

/** Follow one thing. */
export function useLive<T>(
  key: string,
  load: (source: Source, options: RequestOptions) => Promise<Answer<T>>,
  delay: (source: Source, data: T | undefined) => number | null
): Snapshot<T> & { live: Live<T> } {
  return useFollowed<T, Live<T>>(
    key,
    key,
    (source, initial) =>
      new Live({
        load: (signal, poll) => load(source, { signal, poll }),
        delay: data => delay(source, data),
        initial
      })
  );
}

/** Look at an experiment once. */
export function useExperiment(id: string): Snapshot<Experiment> {
  return useLive<Experiment>(
    questionKey(`experiments/${id}`),
    ({ api }, options) => api.experiment(id, options),
    () => null
  );
}

/** What a list is made of. */
export interface ListSource<T> {
  /** The path below `kfp/v1/`. */
  path: string;
  fetch: (source: Source) => FetchPage<T>;
  idOf: (item: T) => string;
  /** Whether something may soon change. */
  unfinished?: (item: T) => boolean;
}

/** Follow a list. */
export function useList<T>(
  list: ListSource<T>,
  query: ListQuery
): Snapshot<ListData<T>> & { live: LiveList<T> } {
  const { path, idOf, unfinished } = list;
  const { namespace = '' } = useEnvironment().source;
  const asked = namespace ? { namespace, ...query } : query;
  return useFollowed<ListData<T>, LiveList<T>>(
    questionKey(path, asked),
    `list of ${path} ${query.experiment_id ?? ''} ${namespace}`,
    (source, initial) =>
      new LiveList({
        fetch: list.fetch(source),
        query: asked,
        pageSize: source.pageSize,
        idOf,
        delay: items =>
          unfinished && items.some(unfinished)
            ? source.intervals.quick
            : source.intervals.slow,
        initial
      })
  );
}

function start<T>(
  cache: Map<string, Snapshot<unknown>>,
  key: string,
  family: string
): Initial<T> {
  const known = cache.get(key);
  const { data, at } = (known ?? cache.get(family) ?? {}) as Initial<T> &
    object;
  return data === undefined
    ? undefined
    : { data, at, outdated: known?.outdated ?? true };
}

function remember<T>(cache: Map<string, T>, key: string, value: T): void {
  cache.delete(key);
  cache.set(key, value);
  if (cache.size > REMEMBERED) {
    cache.delete(cache.keys().next().value as string);
  }
}

/** Let answers that are kept be asked for again when they are next shown. */
function outdate(cache: Map<string, Snapshot<unknown>>): void {
  cache.forEach((known, key) => {
    if (key !== STATUS) {
      cache.set(key, { ...known, outdated: true });
    }
  });
}
