import * as React from 'react';

import { useTrans } from '../model/environment';
import type { RunStatus, Stateful } from '../model/states';
import { STATUSES, statusOf, statusOfWord, stateWord } from '../model/states';
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

/** A run's or a task's state: icon, word, and the reason where one is known. */
export function State(props: {
  item: Stateful & { reason?: { message: string } | null };
}): JSX.Element {
  const trans = useTrans();
  const { item } = props;
  const status = statusOf(item);
  const word = stateWord(status, trans);
  return (
    <span className="jp-kfp-StateText" title={item.reason?.message}>
      <StateIcon state={status} />
      <span>{word}</span>
    </span>
  );
}

/** The states of several runs as shapes, each with its words on hover. */
export function StateStrip(props: {
  /** What the strip is about: "Last runs". */
  label: string;
  /** The newest last. */
  states: readonly { state: string; title: string }[];
}): JSX.Element | null {
  const trans = useTrans();
  const { states } = props;
  return states.length > 0 ? (
    <span
      className="jp-kfp-StateStrip"
      role="img"
      aria-label={trans.__(
        '%1: %2',
        props.label,
        states.map(({ title }) => title).join(', ')
      )}
    >
      {states.map(({ state, title }, index) => (
        <span key={index} title={title}>
          <StateIcon state={state} />
        </span>
      ))}
    </span>
  ) : null;
}
