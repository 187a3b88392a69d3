import type { TaskOutputs } from '../api/types';
import type { Trans } from '../model/i18n';
import { localeOf } from '../model/i18n';

/** A value as it is copied: whole, and as JSON where it is no text. */
export function wholeText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** A value as it is shown: numbers to six digits, in the reader's language. */
export function shortText(value: unknown, trans: Trans): string {
  return typeof value === 'number'
    ? new Intl.NumberFormat(localeOf(trans), {
        maximumSignificantDigits: 6,
        useGrouping: false
      }).format(value)
    : wholeText(value);
}

const ROUND = /^iteration-(\d+)$/;

/** Whether a part of a path is one round of a loop. */
export function isIteration(part: string): boolean {
  return ROUND.test(part);
}

/** A path in words: `for-loop-1 › Iteration 0 › fit`. */
export function pathText(path: readonly string[], trans: Trans): string {
  return path
    .map(part => {
      const index = ROUND.exec(part)?.[1];
      return index === undefined ? part : trans.__('Iteration %1', index);
    })
    .join(' › ');
}

/** The task of a path, with the rounds of the loops around it: `fit · Iteration 0`. */
export function taskText(path: readonly string[], trans: Trans): string {
  const [task, ...rounds] = [...path].reverse();
  return [
    task ?? '',
    ...rounds.filter(isIteration).map(part => pathText([part], trans))
  ].join(' · ');
}

/** The tasks that run by themselves: what a group puts out is that of a task in it. */
export function withoutGroups(tasks: readonly TaskOutputs[]): TaskOutputs[] {
  const key = (path: readonly string[]) => JSON.stringify(path);
  const around = new Set(
    tasks.flatMap(({ path }) => path.map((_, end) => key(path.slice(0, end))))
  );
  return tasks.filter(({ path }) => !around.has(key(path)));
}
