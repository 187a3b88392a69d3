import type * as React from 'react';

import type { LogSearch } from '../api/api';

/** What the keys of a log do. */
export interface LogKeys {
  find: () => void;
  /** Go to the next match, or to the previous one. */
  step: (step: 1 | -1) => void;
  /** Go to the next error, or to the previous one. */
  error: (step: 1 | -1) => void;
  wrap: () => void;
  start: () => void;
  end: () => void;
}

/** Do what a key stands for; whether it stands for anything. */
export function handleKey(
  event: React.KeyboardEvent,
  field: HTMLElement | null,
  keys: LogKeys
): boolean {
  const { key } = event;
  const step = event.shiftKey ? -1 : 1;
  if (key === 'F3') {
    keys.step(step);
    return true;
  }
  if ((event.ctrlKey || event.metaKey) && key.toLowerCase() === 'f') {
    // In the field already: the browser's own search is wanted.
    if (event.target === field) {
      return false;
    }
    keys.find();
    return true;
  }
  const typing = (event.target as Element).matches?.('input, select, textarea');
  if (typing || event.ctrlKey || event.metaKey || event.altKey) {
    return false;
  }
  switch (key) {
    case '/':
      keys.find();
      return true;
    case 'e':
    case 'E':
      keys.error(step);
      return true;
    case 'w':
    case 'W':
      keys.wrap();
      return true;
    case 'Home':
      keys.start();
      return true;
    case 'End':
      keys.end();
      return true;
    default:
      return false;
  }
}

/** What is to be marked in the lines; null for nothing. */
export function patternOf(search: LogSearch): RegExp | null {
  const { text, regex, matchCase } = search;
  if (!text) {
    return null;
  }
  try {
    return new RegExp(
      regex ? text : text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'),
      matchCase ? 'gu' : 'giu'
    );
  } catch {
    // The server's regular expressions are not the browser's in every corner.
    return null;
  }
}

/** Whether the lines are wrapped, be it chosen or by their width. */
export function isWrapped(lines: HTMLElement | null): boolean {
  return lines !== null && getComputedStyle(lines).whiteSpace === 'pre-wrap';
}
