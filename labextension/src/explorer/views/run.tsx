import * as React from 'react';

import { useChanged } from '../actions/hooks';
import { RunActions } from '../actions/subjects';
import type { Experiment, Run, Task } from '../api/types';
import { Disclosure, PageLink } from '../components/controls';
import { Footer, Placeholder } from '../components/list-view';
import { ErrorView, StaleBanner } from '../components/problem';
import { Dotted, Facts, Row, Values } from '../components/rows';
import { VirtualList } from '../components/virtual-list';
import { useEnvironment, useTrans } from '../environment';
import { pageUrl } from '../links';
import { questionKey, useLive } from '../model/hooks';
import { runsOf } from '../model/navigation';
import type { TaskRow } from '../model/tasks';
import { taskRows } from '../model/tasks';
import { isFinished, StateIcon, StateWord, stateWord } from '../states';
import { Duration, RelativeTime } from '../time';
import type { ViewProps } from './experiments';
import { RunDuration } from './runs';

/** A run with its tasks. */
export function RunView(props: ViewProps): JSX.Element {
  const { id } = props.view;
  const { live, data, at, error, busy } = useLive<Run>(
    questionKey(`runs/${id}`),
    ({ api }, options) => api.run(id, options),
    ({ intervals }, run) =>
      run && !isFinished(run) ? intervals.quick : intervals.slow
  );
  useAnnouncedState(data);
  const retry = () => void live.refresh();
  if (!data) {
    return error ? (
      <ErrorView error={error} onRetry={retry} />
    ) : (
      <Placeholder />
    );
  }
  return (
    <>
      {error && <StaleBanner error={error} onRetry={retry} />}
      <div className="jp-kfp-List" aria-busy={busy}>
        <div className={`jp-kfp-Progress ${busy ? 'jp-mod-busy' : ''}`} />
        <Tasks run={data} onOpen={props.onOpen} />
      </div>
      <Footer at={at} onRefresh={() => void live.refresh()}>
        <TaskCount rows={taskRows(data.tasks)} />
      </Footer>
    </>
  );
}

function Tasks(props: { run: Run; onOpen: ViewProps['onOpen'] }): JSX.Element {
  const trans = useTrans();
  const { tasks } = props.run;
  const rows = React.useMemo(() => taskRows(tasks), [tasks]);
  const [open, setOpen] = React.useState<ReadonlySet<string>>(new Set());
  return (
    <VirtualList<TaskRow>
      items={rows}
      idOf={({ task }) => task.task_id}
      label={trans.__('Tasks')}
      rowHeight={40}
      before={<Summary {...props} />}
      row={({ task, depth }, current) => (
        <Row
          name={task.display_name || task.task_id}
          current={current}
          depth={depth}
          icon={<StateIcon state={task.state} />}
          expanded={open.has(task.task_id)}
          onOpen={() => setOpen(toggled(open, task.task_id))}
          details={
            <Dotted>
              <StateWord state={task.state} />
              <TaskDuration task={task} />
            </Dotted>
          }
        >
          <TaskDetails task={task} />
        </Row>
      )}
    />
  );
}

function Summary(props: {
  run: Run;
  onOpen: ViewProps['onOpen'];
}): JSX.Element {
  const trans = useTrans();
  const { links } = useEnvironment();
  const run = useChanged(props.run.run_id, props.run);
  return (
    <div className="jp-kfp-Summary">
      <div className="jp-kfp-Summary-title">
        <StateIcon state={run.state} />
        <h3 title={run.display_name}>{run.display_name}</h3>
        <PageLink
          url={pageUrl(links, { kind: 'run', id: run.run_id })}
          label={trans.__('Open %1 in the Pipelines page', run.display_name)}
        />
      </div>
      <p className="jp-kfp-Muted">
        <Dotted>
          <StateWord state={run.state} />
          <RelativeTime time={run.created_at} />
          <RunDuration run={run} />
          {run.storage_state === 'ARCHIVED' && trans.__('Archived')}
        </Dotted>
      </p>
      <RunActions run={run} />
      {run.error && <pre className="jp-kfp-ErrorText">{run.error}</pre>}
      {run.description && <p>{run.description}</p>}
      <Disclosure title={trans.__('Details')}>
        {() => (
          <>
            <Facts
              facts={[
                [
                  trans.__('Experiment'),
                  <ExperimentName
                    key="experiment"
                    id={run.experiment_id}
                    onOpen={props.onOpen}
                  />
                ],
                [trans.__('Run id'), run.run_id],
                [
                  trans.__('Created'),
                  <RelativeTime key="created" time={run.created_at} />
                ],
                [
                  trans.__('Finished'),
                  run.finished_at && (
                    <RelativeTime key="finished" time={run.finished_at} />
                  )
                ],
                [trans.__('Service account'), run.service_account],
                [trans.__('Recurring run'), run.recurring_run_id]
              ]}
            />
          </>
        )}
      </Disclosure>
      {Object.keys(run.parameters).length > 0 && (
        <Disclosure
          title={trans.__(
            'Parameters (%1)',
            Object.keys(run.parameters).length
          )}
        >
          {() => <Values values={run.parameters} />}
        </Disclosure>
      )}
      <h4 className="jp-kfp-Heading">{trans.__('Tasks')}</h4>
      {run.tasks.length === 0 && (
        <p className="jp-kfp-Muted">
          {isFinished(run)
            ? trans.__('Pipelines tells of no tasks.')
            : trans.__('No task has begun yet.')}
        </p>
      )}
    </div>
  );
}

function ExperimentName(props: {
  id: string;
  onOpen: ViewProps['onOpen'];
}): JSX.Element {
  const { id, onOpen } = props;
  const { data } = useLive<Experiment>(
    questionKey(`experiments/${id}`),
    ({ api }, options) => api.experiment(id, options),
    () => null
  );
  return (
    <button
      type="button"
      className="jp-kfp-LinkButton"
      onClick={() => onOpen(runsOf(id, data?.display_name))}
    >
      {data?.display_name ?? id}
    </button>
  );
}

function TaskDetails({ task }: { task: Task }): JSX.Element {
  const trans = useTrans();
  return (
    <>
      {task.error && <pre className="jp-kfp-ErrorText">{task.error}</pre>}
      <Facts
        facts={[
          [
            trans.__('Started'),
            task.started_at && (
              <RelativeTime key="start" time={task.started_at} />
            )
          ],
          [
            trans.__('Finished'),
            task.finished_at && (
              <RelativeTime key="end" time={task.finished_at} />
            )
          ],
          [trans.__('Task id'), task.task_id]
        ]}
      />
      {Object.keys(task.inputs).length > 0 && (
        <>
          <h5 className="jp-kfp-Heading">{trans.__('Inputs')}</h5>
          <Values values={task.inputs} />
        </>
      )}
      {Object.keys(task.outputs).length > 0 && (
        <>
          <h5 className="jp-kfp-Heading">{trans.__('Outputs')}</h5>
          <Values values={task.outputs} />
        </>
      )}
    </>
  );
}

function TaskDuration({ task }: { task: Task }): JSX.Element {
  return (
    <Duration
      from={task.started_at}
      to={task.finished_at}
      running={task.state === 'RUNNING'}
    />
  );
}

function TaskCount({ rows }: { rows: readonly TaskRow[] }): JSX.Element {
  const trans = useTrans();
  return (
    <span>
      {trans._n(
        '%2 of %1 task finished',
        '%2 of %1 tasks finished',
        rows.length,
        rows.filter(({ task }) => isFinished(task)).length
      )}
    </span>
  );
}

function useAnnouncedState(run: Run | undefined): void {
  const { announce, trans } = useEnvironment();
  const last = React.useRef<string | undefined>(undefined);
  React.useEffect(() => {
    if (run && last.current !== undefined && last.current !== run.state) {
      announce(`${run.display_name}: ${stateWord(run.state, trans)}`);
    }
    last.current = run?.state;
  }, [announce, run, trans]);
}

/** `set` with `id` in it if it was not, and without it if it was. */
export function toggled(
  set: ReadonlySet<string>,
  id: string
): ReadonlySet<string> {
  const changed = new Set(set);
  if (!changed.delete(id)) {
    changed.add(id);
  }
  return changed;
}
