import * as React from 'react';

import type { Experiment, RecurringRun, Run } from '../api/types';
import { Button } from '../components/controls';
import { Icon } from '../components/icons';
import { useTrans } from '../model/environment';
import type { View } from '../model/navigation';
import { viewOfRun } from '../model/navigation';
import { ActionBar } from './action-bar';
import {
  experimentActions,
  recurringRunActions,
  runActions
} from '../components/actions';
import { experimentCode, recurringRunCode, runCode } from '../model/code';
import { useChanges } from '../model/change-hooks';
import { useActionsHost } from '../model/host';
import { OpenRunButton } from './open-run';
import { WatchButton } from './watch';

const CloneForm = React.lazy(() => import('../forms/clone'));

/** What can be done to a run. */
export function RunActions(props: {
  run: Run;
  /** Asked to show a new run where there are no tabs. */
  onOpen: (view: View) => void;
}): JSX.Element {
  const trans = useTrans();
  const changes = useChanges();
  const { openRun } = useActionsHost();
  const [cloning, setCloning] = React.useState(false);
  const { run, onOpen } = props;
  const onStarted = (started: Run) => {
    setCloning(false);
    if (openRun) {
      openRun(started);
    } else {
      onOpen(viewOfRun(started));
    }
  };
  return (
    <ActionBar
      id={run.run_id}
      name={run.display_name}
      actions={runActions(run, trans)}
      code={runCode(run)}
      onDone={({ name }) => {
        // The server tells of these without being asked.
        if (name === 'terminate' || name === 'retry') {
          changes.setWatched(run.run_id, true);
        }
      }}
      below={
        cloning && (
          <React.Suspense fallback={<p>{trans.__('Loading…')}</p>}>
            <CloneForm
              run={run}
              onStarted={onStarted}
              onClose={() => setCloning(false)}
            />
          </React.Suspense>
        )
      }
    >
      <Button expanded={cloning} onClick={() => setCloning(!cloning)}>
        <Icon name="clone" />
        {trans.__('Clone')}
      </Button>
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
