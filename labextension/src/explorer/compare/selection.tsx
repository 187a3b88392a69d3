import * as React from 'react';

import type { Run } from '../api/types';
import { useActionsHost } from '../model/host';
import { Button, IconButton } from '../components/controls';
import { useTrans } from '../model/environment';
import { MOST_COMPARED } from './comparison';

/** Runs that are chosen, to look at them together. */
export interface Selection {
  runs: readonly Run[];
  /** Whether rows can be chosen. */
  choosing: boolean;
  comparing: boolean;
  has: (run: Run) => boolean;
  toggle: (run: Run) => void;
  remove: (id: string) => void;
  setChoosing: (choosing: boolean) => void;
  setComparing: (comparing: boolean) => void;
}

export function useSelection(): Selection {
  const [runs, setRuns] = React.useState<readonly Run[]>([]);
  const [choosing, setChoosing] = React.useState(false);
  const [comparing, setComparing] = React.useState(false);
  return {
    runs,
    choosing,
    comparing: comparing && runs.length > 0,
    has: run => runs.some(({ run_id }) => run_id === run.run_id),
    toggle: run =>
      setRuns(known => {
        const others = known.filter(({ run_id }) => run_id !== run.run_id);
        return others.length === known.length
          ? [...known, run].slice(-MOST_COMPARED)
          : others;
      }),
    remove: id => setRuns(known => known.filter(({ run_id }) => run_id !== id)),
    setChoosing: on => {
      setChoosing(on);
      setRuns([]);
    },
    setComparing
  };
}

/** Begins and ends choosing. */
export function ChooseButton(props: { selection: Selection }): JSX.Element {
  const trans = useTrans();
  const { choosing, setChoosing } = props.selection;
  return (
    <IconButton
      icon="compare"
      label={trans.__('Choose runs to compare')}
      pressed={choosing}
      onClick={() => setChoosing(!choosing)}
    />
  );
}

/** Before a row: whether it is chosen. */
export function ChooseBox(props: {
  run: Run;
  selection: Selection;
  tabIndex: number;
}): JSX.Element | null {
  const trans = useTrans();
  const { run, selection } = props;
  return selection.choosing ? (
    <input
      type="checkbox"
      className="jp-kfp-Choose"
      aria-label={trans.__('Compare %1', run.display_name)}
      tabIndex={props.tabIndex}
      checked={selection.has(run)}
      onChange={() => selection.toggle(run)}
    />
  ) : null;
}

/** How many are chosen, and what to do with them. */
export function SelectionBar(props: {
  selection: Selection;
}): JSX.Element | null {
  const trans = useTrans();
  const { openComparison } = useActionsHost();
  const { runs, choosing, setChoosing, setComparing } = props.selection;
  if (!choosing) {
    return null;
  }
  return (
    <div className="jp-kfp-Banner" role="status">
      <span>
        {runs.length < 2
          ? trans.__('Choose two runs or more.')
          : trans._n('%1 run chosen', '%1 runs chosen', runs.length)}
      </span>
      {runs.length > 1 && (
        <Button
          primary
          onClick={() =>
            openComparison
              ? openComparison(runs.map(({ run_id }) => run_id))
              : setComparing(true)
          }
        >
          {trans.__('Compare')}
        </Button>
      )}
      <IconButton
        icon="close"
        label={trans.__('Choose no more')}
        onClick={() => setChoosing(false)}
      />
    </div>
  );
}
