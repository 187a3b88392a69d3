import type { QueryKey } from '@tanstack/react-query';
import { useQuery } from '@tanstack/react-query';
import * as React from 'react';

import type {
  Answer,
  FetchPage,
  ListQuery,
  PipelinesApi,
  RequestOptions
} from '../api/api';
import type { ApiError } from '../api/errors';
import type {
  Experiment,
  RecurringRun,
  Run,
  RunParameters,
  Status,
  Watched
} from '../api/types';
import type { Intervals } from './environment';
import { useEnvironment } from './environment';
import type { ListData } from './list';
import { loadList } from './list';
import { isFinished } from './states';
import type { Question } from './store';
import { STATUS } from './store';

/** What is known of something that is looked at again and again. */
export interface Known<T> {
  /** The last good data, kept when later looks fail. */
  data: T | undefined;
  /** When Pipelines gave the data (milliseconds since 1970); 0 without data. */
  at: number;
  /** Why the last look failed; null when it did not. */
  error: ApiError | null;
  /** Whether the user awaits an answer; looking again unasked is not meant. */
  busy: boolean;
  /** Whether the data answers an earlier question than the current one. */
  outdated: boolean;
  /** Look now, because the user wants it. */
  refresh: () => Promise<void>;
}

/** The name under which the answer to a question is kept. */
export function questionKey(path: string, query: ListQuery = {}): QueryKey {
  const asked = Object.entries(query)
    .filter(([, value]) => value !== undefined && value !== '')
    .sort(([one], [other]) => one.localeCompare(other));
  return asked.length > 0 ? [path, Object.fromEntries(asked)] : [path];
}

/**
 * Follow the answer to a question for as long as it can be seen.
 *
 * Where `replaces` says so, the answer to the question before stays, marked as outdated,
 * until the new one is there.
 */
function useKnown<T>(
  question: Question<T>,
  replaces: (before: QueryKey) => boolean = () => false,
  wanted = true
): Known<T> {
  const { store, visible } = useEnvironment();
  const { key } = question;
  const { data, isPlaceholderData, fetchStatus } = useQuery<
    Answer<T>,
    ApiError
  >(
    {
      ...store.options(question),
      enabled: visible && wanted,
      placeholderData: (previous, query) =>
        query && replaces(query.queryKey) ? previous : undefined
    },
    store.client
  );
  const wished = store.wishFor(key) !== undefined;
  // A key is its content.
  const text = JSON.stringify(key);
  const refresh = React.useCallback(
    () => store.wish(JSON.parse(text) as QueryKey, 'newer'),
    [store, text]
  );
  return {
    data: data?.data,
    at: data?.at ?? 0,
    error: store.errorOf(key),
    busy: fetchStatus === 'fetching' && (wished || !data || isPlaceholderData),
    outdated: isPlaceholderData,
    refresh
  };
}

/** Follow one thing. */
export function useThing<T>(
  key: QueryKey,
  load: (api: PipelinesApi, options: RequestOptions) => Promise<Answer<T>>,
  delay: (intervals: Intervals, data: T | undefined) => number | null,
  wanted = true
): Known<T> {
  const { intervals } = useEnvironment();
  const question = { key, load, delay: (data?: T) => delay(intervals, data) };
  return useKnown(question, () => false, wanted);
}

/** Follow the connection. */
export function useStatus(): Known<Status> {
  return useThing<Status>(
    STATUS,
    (api, options) => api.status(options),
    ({ slow }) => slow
  );
}

/** Follow a run with its tasks. */
export function useRun(id: string): Known<Run> {
  return useThing<Run>(
    questionKey(`runs/${id}`),
    (api, options) => api.run(id, options),
    ({ quick, slow }, run) => (run && !isFinished(run) ? quick : slow)
  );
}

/** Look once at what a clone of a run takes. */
export function useRunParameters(id: string): Known<RunParameters> {
  return useThing<RunParameters>(
    questionKey(`runs/${id}/parameters`),
    (api, options) => api.runParameters(id, options),
    () => null
  );
}

/** Follow which runs the server will tell of. */
export function useWatched(wanted: boolean): Known<Watched> {
  return useThing<Watched>(
    questionKey('watched'),
    (api, options) => api.watched(options),
    ({ slow }) => slow,
    wanted
  );
}

/** Look at an experiment once. */
export function useExperiment(id: string): Known<Experiment> {
  return useThing<Experiment>(
    questionKey(`experiments/${id}`),
    (api, options) => api.experiment(id, options),
    () => null
  );
}

/** Follow a recurring run. */
export function useRecurringRun(id: string): Known<RecurringRun> {
  return useThing<RecurringRun>(
    questionKey(`recurring-runs/${id}`),
    (api, options) => api.recurringRun(id, options),
    ({ slow }) => slow
  );
}

/** An experiment's name, where some list or view has brought it already: asks nothing. */
export function useExperimentName(id: string): string {
  const { client } = useEnvironment().store;
  const own = client.getQueryData<Answer<Experiment>>([`experiments/${id}`]);
  if (own) {
    return own.data.display_name;
  }
  const lists = client.getQueriesData<Answer<ListData<Experiment>>>({
    queryKey: ['experiments']
  });
  const found = lists
    .flatMap(([, answer]) => answer?.data.items ?? [])
    .find(({ experiment_id }) => experiment_id === id);
  return found?.display_name ?? '';
}

/** What a list is made of. */
export interface ListSource<T> {
  /** The path below `kfp/v1/`. */
  path: string;
  fetch: (api: PipelinesApi) => FetchPage<T>;
  idOf: (item: T) => string;
  /** Whether something may soon change. */
  unfinished?: (item: T) => boolean;
}

/** A list that is followed. */
export interface KnownList<T> extends Known<ListData<T>> {
  /** Fetch the next page. */
  loadMore: () => Promise<void>;
}

/** The question for a list, as every part of the page asks it. */
export function listQuestion<T>(
  list: ListSource<T>,
  query: ListQuery,
  pageSize: number,
  intervals: Intervals
): Question<ListData<T>> {
  const { path, idOf, unfinished } = list;
  return {
    key: questionKey(path, query),
    load: (api, options, previous, more) =>
      loadList(list.fetch(api), query, options, previous, more, pageSize, idOf),
    delay: data =>
      unfinished && data?.items.some(unfinished)
        ? intervals.quick
        : intervals.slow
  };
}

/** Follow a list. */
export function useList<T>(
  list: ListSource<T>,
  query: ListQuery
): KnownList<T> {
  const { store, intervals, pageSize, namespace } = useEnvironment();
  const asked = namespace ? { namespace, ...query } : query;
  const question = listQuestion(list, asked, pageSize, intervals);
  const { key } = question;
  const family = familyOf(key);
  const known = useKnown(question, before => familyOf(before) === family);
  return { ...known, loadMore: () => store.wish(key, 'more') };
}

/** Questions that replace one another, such as one list with different filters. */
function familyOf([path, query]: QueryKey): string {
  const { experiment_id, namespace } = (query ?? {}) as ListQuery;
  return JSON.stringify([path, experiment_id, namespace]);
}
