import { hashKey, notifyManager, QueryClient } from '@tanstack/react-query';
import type { Query, QueryKey, QueryState } from '@tanstack/react-query';

import type { Answer, PipelinesApi, RequestOptions } from '../api/api';
import { ApiError, isAbort } from '../api/errors';
import { Changes } from './changes';

/** The first pause after a failure, and the longest one (milliseconds). */
export const BACKOFF = { first: 5_000, longest: 300_000 };

/** How long an answer is kept when nothing shows it (milliseconds). */
const KEPT = 10 * 60_000;

/** What the user wants of an answer: a newer one, or more of it. */
export type Wish = 'newer' | 'more';

/** What is asked, and how often. */
export interface Question<T> {
  /** Equal keys are one question: [path, query]. */
  key: QueryKey;
  /** Ask once; `previous` is what is known, `more` that its next page is wanted. */
  load: (
    api: PipelinesApi,
    options: RequestOptions,
    previous: T | undefined,
    more: boolean
  ) => Promise<Answer<T>>;
  /** Milliseconds until the next look, with what is known now; null for none. */
  delay: (data: T | undefined) => number | null;
}

/** The connection is not asked again for what users do. */
export const STATUS: QueryKey = ['status'];

// Answers are shown as soon as they are there, not with the next timer.
notifyManager.setScheduler(queueMicrotask);

/**
 * What this page knows of Pipelines: one cache for panel, tabs, notebooks and status bar.
 *
 * After failures the last good data stay, and questions are asked ever more seldom.
 */
export class Store {
  readonly client = new QueryClient({
    defaultOptions: {
      queries: {
        gcTime: KEPT,
        networkMode: 'always',
        refetchIntervalInBackground: true,
        refetchOnReconnect: false,
        refetchOnWindowFocus: false,
        retry: false
      }
    }
  });
  /** What users do to runs and other things. */
  readonly changes = new Changes(() => this.lookAgain());

  constructor(readonly api: PipelinesApi) {}

  /** What the cache is to know of a question: how to ask it, and when. */
  options<T>(question: Question<T>) {
    const { key, delay } = question;
    const hash = hashKey(key);
    return {
      queryKey: key,
      queryFn: ({ signal }: { signal: AbortSignal }) =>
        this.ask(question, hash, signal),
      staleTime: (query: Query<Answer<T>, ApiError>) =>
        delay(query.state.data?.data) ?? Infinity,
      refetchInterval: (query: Query<Answer<T>, ApiError>) =>
        query.state.fetchStatus === 'fetching'
          ? (false as const)
          : this.pause(hash, query.state, delay(query.state.data?.data))
    };
  }

  /** Ask now, instead of whatever is under way, because the user wants it. */
  async wish(key: QueryKey, wish: Wish): Promise<void> {
    const hash = hashKey(key);
    void this.client.cancelQueries({ queryKey: key, exact: true });
    this.wishes.set(hash, wish);
    await this.client.refetchQueries({ queryKey: key, exact: true });
  }

  /** What the user waits for. */
  wishFor(key: QueryKey): Wish | undefined {
    return this.wishes.get(hashKey(key));
  }

  /** Why the last look failed; null when it did not. */
  errorOf(key: QueryKey): ApiError | null {
    return this.failures.get(hashKey(key))?.error ?? null;
  }

  /** Look at the connection again as soon as it is shown: something has happened. */
  readonly recheck = (): void => {
    void this.client.invalidateQueries(
      { queryKey: STATUS, exact: true },
      { cancelRefetch: false }
    );
  };

  /** Ask for everything on the screen again; the rest when it is next shown. */
  async lookAgain(): Promise<void> {
    const predicate = ({ queryHash }: Query) => queryHash !== hashKey(STATUS);
    this.client
      .getQueryCache()
      .findAll({ type: 'active', predicate })
      .forEach(({ queryHash }) => this.wishes.set(queryHash, 'newer'));
    await this.client.invalidateQueries({ predicate });
  }

  /** Ask, as pages do by themselves, for what has changed; for what is not shown, when it is. */
  outdate(isOutdated: (path: string) => boolean): void {
    void this.client.invalidateQueries(
      { predicate: ({ queryKey }) => isOutdated(String(queryKey[0])) },
      { cancelRefetch: false }
    );
  }

  /** Put in an answer that is there already, unless a newer one is known. */
  learn<T>(key: QueryKey, answer: Answer<T>): void {
    const known = this.client.getQueryState(key)?.dataUpdatedAt ?? 0;
    if (known < answer.at) {
      this.client.setQueryData(key, answer, { updatedAt: answer.at });
    }
  }

  dispose(): void {
    this.client.clear();
  }

  private async ask<T>(
    { key, load }: Question<T>,
    hash: string,
    signal: AbortSignal
  ): Promise<Answer<T>> {
    const wish = this.wishes.get(hash);
    const previous = this.client.getQueryData<Answer<T>>(key)?.data;
    try {
      const answer = await load(
        this.api,
        { signal, poll: wish === undefined },
        previous,
        wish === 'more'
      );
      if (!signal.aborted) {
        this.failures.delete(hash);
      }
      return answer;
    } catch (caught) {
      if (signal.aborted || isAbort(caught)) {
        throw caught;
      }
      const error = ApiError.of(caught);
      const count = (this.failures.get(hash)?.count ?? 0) + 1;
      this.failures.set(hash, { error, count, at: Date.now() });
      throw error;
    } finally {
      if (!signal.aborted) {
        this.wishes.delete(hash);
      }
    }
  }

  /** Milliseconds until the next look; false for none. */
  private pause(
    hash: string,
    { dataUpdatedAt }: QueryState<unknown, ApiError>,
    delay: number | null
  ): number | false {
    const failure = this.failures.get(hash);
    if (delay === null || (!failure && dataUpdatedAt === 0)) {
      return false;
    }
    const due = failure
      ? failure.at + backoff(failure.count)
      : dataUpdatedAt + delay;
    return Math.max(1, due - Date.now());
  }

  private readonly wishes = new Map<string, Wish>();
  private readonly failures = new Map<
    string,
    { error: ApiError; count: number; at: number }
  >();
}

function backoff(failures: number): number {
  return Math.min(BACKOFF.first * 2 ** (failures - 1), BACKOFF.longest);
}
