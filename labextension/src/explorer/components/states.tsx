import * as React from 'react';

import { useTrans } from '../model/environment';
import type { RunStatus } from '../model/states';
import { STATUSES, statusOfWord, stateWord } from '../model/states';
import type { IconName } from './icons';
import { Icon } from './icons';

const KNOWN: ReadonlySet<string> = new Set(STATUSES);

/** The icon of a status or a state. */
export function stateIcon(word: string): IconName {
  const status = statusOfWord(word);
  return KNOWN.has(status) ? (status as RunStatus) : 'unknown';
}

/** The icon of a status or a state in its colour, where the word stands nearby. */
export function StateIcon({ state }: { state: string }): JSX.Element {
  const name = stateIcon(state);
  return <Icon name={name} className={`jp-kfp-State jp-mod-${name}`} />;
}

/** The word for a status or a state. */
export function StateWord({ state }: { state: string }): JSX.Element {
  return <>{stateWord(state, useTrans())}</>;
}
