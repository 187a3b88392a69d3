import * as React from 'react';

import { useEnvironment } from '../model/environment';
import type { LogStart, LogState } from './reader';
import { EVERY, LogReader } from './reader';
import type { LogPlace } from '../api/api';
import type { LogSource } from '../model/run-data';

/** Read a log while somebody looks at it, and follow it while it grows. */
export function useLog(
  source: LogSource,
  { attempt, container }: LogPlace,
  options: {
    start: LogStart;
    /** Whether its task still runs. */
    live: boolean;
    /** Whether its end is looked at. */
    following: boolean;
  }
): { reader: LogReader; state: LogState } {
  const { visible } = useEnvironment();
  const { start, live, following } = options;
  const reader = React.useMemo(
    () => new LogReader(source, { attempt, container }),
    [source, attempt, container]
  );
  const state = React.useSyncExternalStore(reader.subscribe, reader.snapshot);
  const opening = React.useRef(start);
  React.useEffect(() => {
    void reader.open(opening.current);
    return () => reader.stop();
  }, [reader]);
  const grows = live || state.head?.ended === false;
  React.useEffect(() => {
    if (!grows || !visible) {
      return;
    }
    const timer = setInterval(() => void reader.poll(!following), EVERY);
    return () => clearInterval(timer);
  }, [reader, grows, visible, following]);
  return { reader, state };
}

/** What a search found, and where in it the reader is. */
export interface Found {
  matches: readonly { offset: number; line: string }[];
  total: number;
  index: number;
}

/** Search the whole log, a moment after the last key. */
export function useLogSearch(
  source: LogSource,
  { attempt, container }: LogPlace,
  search: { text: string; regex: boolean; matchCase: boolean }
): { found: Found | null; error: string; setIndex: (index: number) => void } {
  const { text, regex, matchCase } = search;
  const [answer, setAnswer] = React.useState<{
    key: string;
    found: Found | null;
    error: string;
  }>({ key: '', found: null, error: '' });
  const key = JSON.stringify([attempt, container, text, regex, matchCase]);
  React.useEffect(() => {
    if (!text) {
      return;
    }
    const controller = new AbortController();
    const { signal } = controller;
    const timer = setTimeout(() => {
      source
        .search({ attempt, container, text, regex, matchCase }, { signal })
        .then(
          found =>
            setAnswer({ key, found: { ...found, index: -1 }, error: '' }),
          (error: Error) => {
            if (!signal.aborted) {
              setAnswer({ key, found: null, error: error.message });
            }
          }
        );
    }, 250);
    return () => {
      clearTimeout(timer);
      controller.abort();
    };
  }, [source, attempt, container, text, regex, matchCase, key]);
  const setIndex = React.useCallback(
    (index: number) =>
      setAnswer(known =>
        known.found ? { ...known, found: { ...known.found, index } } : known
      ),
    []
  );
  const current = text && answer.key === key ? answer : null;
  return {
    found: current?.found ?? null,
    error: current?.error ?? '',
    setIndex
  };
}
