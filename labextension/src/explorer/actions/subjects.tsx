import * as React from 'react';

import type { Experiment, RecurringRun, Run } from '../api/types';
import { useTrans } from '../environment';
import { ActionBar } from './action-bar';
import { experimentActions, recurringRunActions, runActions } from './actions';
import { experimentCode, recurringRunCode, runCode } from './code';
import { useChanges } from './hooks';
import { OpenRunButton } from './open-run';
import { WatchButton } from './watch';

/** What can be done to a run. */
export function RunActions({ run }: { run: Run }): JSX.Element {
  const changes = useChanges();
  return (
    <ActionBar
      id={run.run_id}
      name={run.display_name}
      actions={runActions(run, useTrans())}
      code={runCode(run)}
      onDone={({ name }) => {
        // The server tells of these without being asked.
        if (name === 'terminate' || name === 'retry') {
          changes.setWatched(run.run_id, true);
        }
      }}
    >
      <OpenRunButton run={run} />
      <WatchButton run={run} />
    </ActionBar>
  );
}

/** What can be done to an experiment. */
export function ExperimentActions(props: {
  experiment: Experiment;
}): JSX.Element {
  const { experiment } = props;
  return (
    <ActionBar
      id={experiment.experiment_id}
      name={experiment.display_name}
      actions={experimentActions(experiment, useTrans())}
      code={experimentCode(experiment)}
    />
  );
}

/** What can be done to a recurring run. */
export function RecurringRunActions(props: {
  recurring: RecurringRun;
}): JSX.Element {
  const { recurring } = props;
  return (
    <ActionBar
      id={recurring.recurring_run_id}
      name={recurring.display_name}
      actions={recurringRunActions(recurring, useTrans())}
      code={recurringRunCode(recurring)}
    />
  );
}
