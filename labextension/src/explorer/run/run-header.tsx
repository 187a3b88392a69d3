import * as React from 'react';

import { RunActions } from '../components/run-actions';
import type { Run } from '../api/types';
import { Dotted } from '../components/rows';
import { StateIcon, StateWord } from '../components/states';
import { Duration, RelativeTime, Span } from '../components/time';
import { useTrans } from '../model/environment';
import type { View } from '../model/navigation';
import { rootView, runsOf } from '../model/navigation';
import { useExperiment } from '../model/queries';
import { isFinished, statusOf } from '../model/states';
import { mapping, pipelineSpec, text } from './definition';

/** What a run is called, how it is, where it belongs, and what can be done to it. */
export function RunHeader(props: {
  run: Run;
  /** Whether there is room for clock times. */
  wide: boolean;
  onOpen: (view: View) => void;
}): JSX.Element {
  const trans = useTrans();
  const { run, wide, onOpen } = props;
  const status = statusOf(run);
  const over = isFinished(run);
  return (
    <>
      <div className="jp-kfp-Summary-title">
        <StateIcon state={status} />
        <h3 title={run.display_name}>
          <bdi>{run.display_name}</bdi>
        </h3>
        <RunActions run={run} wide={wide} />
      </div>
      <p className="jp-kfp-Summary-state jp-kfp-Muted">
        <Dotted>
          <b className={`jp-kfp-Word jp-mod-${status}`}>
            <StateWord state={status} />
          </b>
          {wide ? (
            <Span from={run.created_at} to={run.finished_at} running={!over} />
          ) : (
            <Duration
              from={run.created_at}
              to={run.finished_at}
              running={!over}
            />
          )}
          {!wide && <RelativeTime time={run.created_at} />}
          {run.storage_state === 'ARCHIVED' && trans.__('Archived')}
          <ExperimentName id={run.experiment_id} onOpen={onOpen} />
          {wide && <PipelineName run={run} onOpen={onOpen} />}
          {wide && run.recurring_run_id && (
            <button
              type="button"
              className="jp-kfp-LinkButton"
              onClick={() => onOpen(rootView('recurring-runs'))}
            >
              {trans.__('from a recurring run')}
            </button>
          )}
        </Dotted>
      </p>
    </>
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

/** The definition has its name; asking Pipelines for it would be a request more. */
function PipelineName(props: {
  run: Run;
  onOpen: (view: View) => void;
}): JSX.Element | null {
  const trans = useTrans();
  const { run, onOpen } = props;
  const name = text(
    mapping(pipelineSpec(run.pipeline_spec)['pipelineInfo'])['name']
  );
  if (!name || !run.pipeline_id) {
    return name ? <bdi>{name}</bdi> : null;
  }
  return (
    <button
      type="button"
      className="jp-kfp-LinkButton"
      title={trans.__('Show the versions of this pipeline')}
      onClick={() =>
        onOpen({
          kind: 'pipelines',
          id: run.pipeline_id,
          query: {},
          label: name
        })
      }
    >
      {name}
    </button>
  );
}
