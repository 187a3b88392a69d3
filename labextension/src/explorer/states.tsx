import * as React from 'react';

import type { Run, Task } from './api/types';
import type { IconName } from './components/icons';
import { Icon } from './components/icons';
import { useTrans } from './environment';
import type { Trans } from './i18n';

/** Whether nothing will happen any more. An unknown state may still change. */
export function isFinished({ state }: Pick<Run | Task, 'state'>): boolean {
  return ['SUCCEEDED', 'SKIPPED', 'FAILED', 'CANCELED'].includes(state);
}

export function isUnfinished(item: Pick<Run | Task, 'state'>): boolean {
  return !isFinished(item);
}

/** The word for a state; one that is not known is shown as it is. */
export function stateWord(state: string, trans: Trans): string {
  switch (state) {
    case 'PENDING':
      return trans.__('Pending');
    case 'RUNNING':
      return trans.__('Running');
    case 'SUCCEEDED':
      return trans.__('Succeeded');
    case 'SKIPPED':
      return trans.__('Skipped');
    case 'FAILED':
      return trans.__('Failed');
    case 'CANCELING':
      return trans.__('Canceling');
    case 'CANCELED':
      return trans.__('Canceled');
    case 'PAUSED':
      return trans.__('Paused');
    case '':
      return trans.__('No state yet');
    default:
      return state;
  }
}

const ICONS: Readonly<Record<string, IconName>> = {
  PENDING: 'pending',
  RUNNING: 'running',
  SUCCEEDED: 'succeeded',
  SKIPPED: 'skipped',
  FAILED: 'failed',
  CANCELING: 'running',
  CANCELED: 'canceled',
  PAUSED: 'paused',
  '': 'pending'
};

/** The name of a state's icon. */
export function stateIcon(state: string): IconName {
  return (Object.hasOwn(ICONS, state) ? ICONS[state] : undefined) ?? 'unknown';
}

/** A state's icon in its colour, for places where the word stands nearby. */
export function StateIcon({ state }: { state: string }): JSX.Element {
  const name = stateIcon(state);
  return (
    <Icon
      name={name}
      className={`jp-kfp-State jp-mod-${name === 'unknown' ? name : state.toLowerCase() || 'pending'}`}
    />
  );
}

/** A state's word. */
export function StateWord({ state }: { state: string }): JSX.Element {
  return <>{stateWord(state, useTrans())}</>;
}
