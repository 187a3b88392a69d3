import * as React from 'react';

import type { Run } from '../api/types';
import { Facts } from '../components/rows';
import { useEnvironment, useTrans } from '../model/environment';
import type { Target } from '../model/links';
import { pageUrl } from '../model/links';
import type { MetricArtifact } from './metrics';
import { metricArtifacts, metricText } from './metrics';

/** What a run's tasks have reported about it, or where that can be seen. */
export function RunMetrics({ run }: { run: Run }): JSX.Element {
  const trans = useTrans();
  const artifacts = metricArtifacts(run.pipeline_spec);
  const tasks = new Map(
    run.tasks.map(task => [task.task_id, task.display_name])
  );
  return (
    <>
      <Facts
        facts={run.metrics.map(metric => {
          const task = tasks.get(metric.task_id);
          return [
            metric.name,
            <span key={metric.name}>
              {metricText(metric, trans)}
              {task && <span className="jp-kfp-Muted"> {task}</span>}
            </span>
          ];
        })}
      />
      {artifacts.length > 0 && (
        <MetricArtifacts
          artifacts={artifacts}
          target={{ kind: 'run', id: run.run_id }}
        />
      )}
    </>
  );
}

/** Says which metrics there are where only the Pipelines page can show their values. */
export function MetricArtifacts(props: {
  artifacts: readonly MetricArtifact[];
  /** The page that shows them. */
  target: Target;
}): JSX.Element {
  const trans = useTrans();
  const { links } = useEnvironment();
  return (
    <>
      <Facts
        facts={props.artifacts.map(({ task, name, kind }) => [
          task,
          kind === 'scalar'
            ? trans.__('%1 (scalar)', name)
            : trans.__('%1 (classification)', name)
        ])}
      />
      <p className="jp-kfp-Muted">
        {trans.__(
          'Metric values are stored in ML Metadata and are not available here.'
        )}
      </p>
      <a
        className="jp-kfp-LinkButton"
        href={pageUrl(links, props.target)}
        target="_blank"
        rel="noopener noreferrer"
      >
        {props.target.kind === 'comparison'
          ? trans.__('Compare in the Pipelines UI')
          : trans.__('Open in the Pipelines UI')}
      </a>
    </>
  );
}
