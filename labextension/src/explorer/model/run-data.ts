import * as React from 'react';

import type { ApiError } from '../api/errors';
import type { LogPlace, LogSearch } from '../api/api';
import type { LogChunk, LogMatches, RunComparison } from '../api/types';
import type { Artifact, ArtifactContent, RunOutputs } from '../api/types';
import type { Run } from '../api/types';
import { useApi } from './environment';
import type { Known } from './queries';
import { questionKey, useThing } from './queries';
import { isFinished } from './states';

/** Where the log of a task is read from. Rejects with an `ApiError`. */
export interface LogSource {
  read: (
    range: LogPlace & { offset: number; limit: number },
    options: { signal: AbortSignal; poll?: boolean }
  ) => Promise<LogChunk>;
  search: (
    search: LogPlace & LogSearch,
    options: { signal: AbortSignal }
  ) => Promise<LogMatches>;
  /** The address of the whole log as a file; null where there is none. */
  download: (place: LogPlace) => string | null;
}

/** The log of a task of a run. */
export function useLogSource(run: string, task: string): LogSource {
  const api = useApi();
  return React.useMemo<LogSource>(
    () => ({
      read: (range, options) => api.log(run, task, range, options),
      search: (search, options) => api.searchLog(run, task, search, options),
      download: ({ attempt, container }) => {
        const query = new URLSearchParams({ download: '1' });
        if (attempt !== undefined) {
          query.set('attempt', String(attempt));
        }
        if (container) {
          query.set('container', container);
        }
        const path = [run, 'tasks', task, 'logs'].map(encodeURIComponent);
        return api.address(`runs/${path.join('/')}?${query}`);
      }
    }),
    [api, run, task]
  );
}

/** What is known of a run's outputs. */
export interface KnownOutputs {
  outputs: RunOutputs | undefined;
  error: ApiError | null;
  refresh: () => void;
}

/** Follow what a run, or one of its tasks, has put out. */
export function useOutputs(run: Run, task?: string): KnownOutputs {
  const { run_id: id } = run;
  // What has ended changes no more; its answer is one of its own.
  const over = isFinished(run);
  const { data, error, refresh } = useThing<RunOutputs>(
    [...questionKey(`runs/${id}/outputs`), task ?? '', over],
    (api, options) => api.outputs(id, task, options),
    ({ quick }) => (over ? null : quick)
  );
  return { outputs: data, error, refresh: () => void refresh() };
}

/** Look at what runs have put out side by side. */
export function useComparison(ids: readonly string[]): Known<RunComparison> {
  return useThing<RunComparison>(
    ['comparison', ...ids],
    (api, options) => api.comparison(ids, options),
    ({ slow }) => slow
  );
}

/** How artifacts of a run are looked into, and where they are downloaded from. */
export function useArtifacts(run: string): {
  load: (artifact: Artifact, signal: AbortSignal) => Promise<ArtifactContent>;
  download: (artifact: Artifact) => string | null;
} {
  const api = useApi();
  return React.useMemo(
    () => ({
      load: ({ id }, signal) => api.artifact(run, id, { signal }),
      download: ({ id }) => {
        const path = [run, 'artifacts', id].map(encodeURIComponent);
        return api.address(`runs/${path.join('/')}?download=1`);
      }
    }),
    [api, run]
  );
}
