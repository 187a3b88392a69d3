import * as React from 'react';

import { useChanged } from '../model/change-hooks';
import { RunActions } from '../actions/subjects';
import type { Run } from '../api/types';
import { Button, Disclosure, PageLink } from '../components/controls';
import { Dotted, Facts, Values } from '../components/rows';
import { useEnvironment, useTrans } from '../model/environment';
import { pageUrl } from '../model/links';
import { useExperiment } from '../model/queries';
import type { View } from '../model/navigation';
import { runsOf } from '../model/navigation';
import { StateIcon, StateWord } from '../components/states';
import { statusOf } from '../model/states';
import { RelativeTime, RunDuration } from '../components/time';

import { History } from './details';
import type { RunState } from './folding';
import { pathToNode } from './graph';
import { metricArtifacts } from './metrics';
import { RunMetrics } from './metrics-view';

/** How many metrics are shown without being asked for. */
const FEW = 5;

/** What a run is, how it is, and why it failed. */
export function Summary(props: {
  run: Run;
  state: RunState;
  onOpen: (view: View) => void;
  /** Show a node of the graph. */
  onShow: (id: string) => void;
}): JSX.Element {
  const trans = useTrans();
  const { links } = useEnvironment();
  const run = useChanged(props.run.run_id, props.run);
  const parameters = Object.keys(run.parameters).length;
  const written = React.useMemo(
    () => metricArtifacts(props.run.pipeline_spec).length,
    [props.run.pipeline_spec]
  );
  const metrics = run.metrics.length + written;
  return (
    <header className="jp-kfp-Summary">
      <div className="jp-kfp-Summary-title">
        <StateIcon state={statusOf(run)} />
        <h3 title={run.display_name}>{run.display_name}</h3>
        <PageLink
          url={pageUrl(links, { kind: 'run', id: run.run_id })}
          label={trans.__('Open %1 in the Pipelines page', run.display_name)}
        />
      </div>
      <p className="jp-kfp-Summary-state jp-kfp-Muted">
        <Dotted>
          <StateWord state={statusOf(run)} />
          <RelativeTime time={run.created_at} />
          <RunDuration run={run} />
          {run.storage_state === 'ARCHIVED' && trans.__('Archived')}
          <ExperimentName id={run.experiment_id} onOpen={props.onOpen} />
        </Dotted>
      </p>
      <Failure run={run} state={props.state} onShow={props.onShow} />
      <RunActions run={run} onOpen={props.onOpen} />
      {run.description && <p>{run.description}</p>}
      <div className="jp-kfp-Summary-more">
        {parameters > 0 && (
          <Disclosure title={trans.__('Parameters (%1)', parameters)}>
            {() => <Values values={run.parameters} />}
          </Disclosure>
        )}
        {metrics > 0 && (
          <Disclosure
            title={trans.__('Metrics (%1)', metrics)}
            open={run.metrics.length > 0 && metrics <= FEW}
          >
            {() => <RunMetrics run={run} />}
          </Disclosure>
        )}
        <Disclosure title={trans.__('Details')}>
          {() => (
            <>
              <Facts
                facts={[
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
              <History task={run} />
            </>
          )}
        </Disclosure>
      </div>
    </header>
  );
}

/** The task that made the run fail, and what it says. */
function Failure(props: {
  run: Run;
  state: RunState;
  onShow: (id: string) => void;
}): JSX.Element | null {
  const trans = useTrans();
  const { run, state } = props;
  const { failed } = state;
  const error = (run.state === 'FAILED' && failed?.task?.error) || run.error;
  if (run.state !== 'FAILED' || !failed) {
    return error ? <ErrorText text={error} /> : null;
  }
  const around = pathToNode(state.nodes, failed.id)
    .slice(0, -1)
    .map(({ name }) => name)
    .join(' › ');
  return (
    <div
      className="jp-kfp-Failure"
      role="group"
      aria-label={trans.__('Why the run failed')}
    >
      <div className="jp-kfp-Failure-title">
        <span>
          <b>{trans.__('%1 failed', failed.name)}</b>
          {around && <span className="jp-kfp-Muted"> {around}</span>}
        </span>
        <Button onClick={() => props.onShow(failed.id)}>
          {trans.__('Show the task')}
        </Button>
      </div>
      {error && <ErrorText text={error} />}
    </div>
  );
}

function ErrorText({ text }: { text: string }): JSX.Element {
  return (
    <pre className="jp-kfp-ErrorText" tabIndex={0}>
      {text}
    </pre>
  );
}

function ExperimentName(props: {
  id: string;
  onOpen: (view: View) => void;
}): JSX.Element {
  const trans = useTrans();
  const { id, onOpen } = props;
  const { data } = useExperiment(id);
  return (
    <button
      type="button"
      className="jp-kfp-LinkButton"
      title={trans.__('Show the runs of this experiment')}
      onClick={() => onOpen(runsOf(id, data?.display_name))}
    >
      {data?.display_name ?? id}
    </button>
  );
}
