import type { LogChunk, LogMatches, LogPlace, LogSearch } from '../api/logs';

/** Where a log is read from. Rejects with an `ApiError`. */
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
