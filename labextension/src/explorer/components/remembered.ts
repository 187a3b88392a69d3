import * as React from 'react';

const PREFIX = 'jupyter-kfp-auth:';

/** A choice about how something is shown, kept in this browser. */
export function useRemembered<T extends string | number | boolean | null>(
  name: string,
  initial: T
): [T, (value: T) => void] {
  const [value, setValue] = React.useState<T>(() => read(name, initial));
  const set = React.useCallback(
    (next: T) => {
      setValue(next);
      try {
        localStorage.setItem(PREFIX + name, JSON.stringify(next));
      } catch {
        // Then it is kept for as long as the page.
      }
    },
    [name]
  );
  return [value, set];
}

function read<T extends string | number | boolean | null>(
  name: string,
  initial: T
): T {
  try {
    const kept = localStorage.getItem(PREFIX + name);
    const value: unknown = kept === null ? initial : JSON.parse(kept);
    return initial === null || typeof value === typeof initial || value === null
      ? (value as T)
      : initial;
  } catch {
    return initial;
  }
}
