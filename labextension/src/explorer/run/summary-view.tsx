import * as React from 'react';

import type { Run } from '../api/types';
import { CopyButton } from '../components/controls';
import { Part } from '../components/part';
import { Facts } from '../components/rows';
import { RelativeTime } from '../components/time';
import { Arguments } from '../components/value-view';
import { errorText } from '../model/causes';
import { useTrans } from '../model/environment';
import { useOutputs } from '../model/run-data';
import { isFinished } from '../model/states';
import { parse, zoneName } from '../model/time';
import { withoutGroups } from '../outputs/format';
import { MetricTable } from '../outputs/metric-table';
import { ValueTable } from '../outputs/value-table';
import { defaultsOf, mapping, pipelineSpec, text } from './definition';
import { History } from './details';
import { RunMetrics } from './metrics-view';

/** What a run was given, what came out, and all that is known about it. */
export default function SummaryView({ run }: { run: Run }): JSX.Element {
  const trans = useTrans();
  const spec = pipelineSpec(run.pipeline_spec);
  const defaults = React.useMemo(
    () => defaultsOf(run.pipeline_spec),
    [run.pipeline_spec]
  );
  const given = Object.keys({ ...defaults, ...run.parameters }).length;
  return (
    <div className="jp-kfp-Outputs">
      {run.description && <p className="jp-kfp-Text">{run.description}</p>}
      {given > 0 && (
        <Part title={trans.__('Parameters')}>
          <Arguments values={run.parameters} defaults={defaults} />
        </Part>
      )}
      <Results run={run} />
      <Part title={trans.__('Facts')}>
        <Facts
          facts={[
            [trans.__('Pipeline'), text(mapping(spec['pipelineInfo'])['name'])],
            [trans.__('Pipeline root'), run.pipeline_root],
            [trans.__('Service account'), run.service_account],
            [
              trans.__('Created'),
              <RelativeTime key="created" time={run.created_at} />
            ],
            [
              trans.__('Scheduled'),
              run.scheduled_at &&
                parse(run.scheduled_at) &&
                run.recurring_run_id && (
                  <RelativeTime key="scheduled" time={run.scheduled_at} />
                )
            ],
            [
              trans.__('Finished'),
              run.finished_at && (
                <RelativeTime key="finished" time={run.finished_at} />
              )
            ],
            [trans.__('Time zone'), zoneName(trans)],
            ...(
              [
                [trans.__('Run id'), run.run_id],
                [trans.__('Pipeline id'), run.pipeline_id],
                [trans.__('Version id'), run.pipeline_version_id],
                [trans.__('Recurring run id'), run.recurring_run_id]
              ] as const
            ).map(
              ([name, id]) =>
                [
                  name,
                  id && (
                    <span key={name} className="jp-kfp-Id">
                      {id}{' '}
                      <CopyButton
                        icon
                        text={id}
                        label={trans.__('Copy: %1', name)}
                      />
                    </span>
                  )
                ] as const
            )
          ]}
        />
        <History task={run} />
      </Part>
    </div>
  );
}

/** Metrics and output parameters, or why they cannot be had. */
function Results({ run }: { run: Run }): JSX.Element | null {
  const trans = useTrans();
  const { outputs, error } = useOutputs(run);
  const values = React.useMemo(
    () =>
      withoutGroups(outputs?.tasks ?? []).flatMap(({ path, outputs: own }) =>
        Object.entries(own).map(([name, value]) => ({ path, name, value }))
      ),
    [outputs]
  );
  const problem = outputs?.problem ?? error;
  if (run.metrics.length > 0 || (problem && !outputs?.metrics.length)) {
    return (
      <Part title={trans.__('Metrics')}>
        <RunMetrics run={run} />
        {problem && run.metrics.length === 0 && (
          <p className="jp-kfp-Muted">{errorText(problem, trans)}</p>
        )}
      </Part>
    );
  }
  if (!outputs) {
    return isFinished(run) ? (
      <p className="jp-kfp-Muted">{trans.__('Loading the metrics…')}</p>
    ) : null;
  }
  return (
    <>
      {outputs.metrics.length > 0 && (
        <Part title={trans.__('Metrics')}>
          <MetricTable metrics={outputs.metrics} />
        </Part>
      )}
      {values.length > 0 && (
        <Part title={trans.__('Output Parameters')}>
          <ValueTable
            label={trans.__('Output parameters')}
            nameLabel={trans.__('Parameter')}
            rows={values}
          />
        </Part>
      )}
    </>
  );
}
