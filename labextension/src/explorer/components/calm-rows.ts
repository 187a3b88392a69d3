import * as React from 'react';

/** The rows as they stand on the screen. */
export interface CalmRows<T> {
  items: readonly T[];
  /** Rows that have gone, or no longer fit the filter; they stay until the next refresh. */
  gone: ReadonlySet<string>;
  /** How many new rows wait above the first. */
  waiting: number;
  /** Let everything in. */
  accept: () => void;
}

/**
 * Rows that do not move under the reader: new ones wait above while `still`, and rows that
 * are missing stay where they were. What is known of a row is always the newest.
 */
export function useCalmRows<T>(
  items: readonly T[],
  idOf: (item: T) => string,
  options: {
    /** Another question: everything comes in at once. */
    question: string;
    still: boolean;
    /** Whether there are more rows than are known; then the last ones may be missing. */
    more: boolean;
  }
): CalmRows<T> {
  const { question, still, more } = options;
  const [shown, setShown] = React.useState({ question, items });
  const merged = React.useMemo(
    () =>
      shown.question === question
        ? merge(shown.items, items, idOf, more)
        : null,
    [shown, question, items, idOf, more]
  );
  const moves = merged === null || merged.waiting > 0 || merged.gone.size > 0;
  const accept = React.useCallback(
    () => setShown({ question, items }),
    [question, items]
  );
  if (merged === null || (!still && moves)) {
    if (shown.items !== items || shown.question !== question) {
      setShown({ question, items });
    }
    return { items, gone: NONE, waiting: 0, accept };
  }
  return { ...merged, accept };
}

const NONE: ReadonlySet<string> = new Set();

function merge<T>(
  shown: readonly T[],
  items: readonly T[],
  idOf: (item: T) => string,
  more: boolean
): Omit<CalmRows<T>, 'accept'> {
  const now = new Map(items.map(item => [idOf(item), item]));
  const known = new Set(shown.map(idOf));
  const firstKnown = items.findIndex(item => known.has(idOf(item)));
  const waiting =
    firstKnown < 0 ? (shown.length > 0 ? items.length : 0) : firstKnown;
  const lastKnown = shown.reduce(
    (last, item, index) => (now.has(idOf(item)) ? index : last),
    -1
  );
  const gone = new Set<string>();
  shown.forEach((item, index) => {
    if (!now.has(idOf(item)) && (index < lastKnown || !more)) {
      gone.add(idOf(item));
    }
  });
  const added = items.slice(waiting).filter(item => !known.has(idOf(item)));
  return {
    items: [...shown.map(item => now.get(idOf(item)) ?? item), ...added],
    gone,
    waiting
  };
}
