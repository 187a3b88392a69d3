import * as React from 'react';

import { CopyButton } from '../components/controls';
import { useTrans } from '../model/environment';
import { taskText, wholeText } from './format';
import type { OutputMetric } from '../api/types';
import { ValueTable } from './value-table';

/** The scalar metrics of a run or of a task. */
export function MetricTable(props: {
  metrics: readonly OutputMetric[];
}): JSX.Element {
  const trans = useTrans();
  const { metrics } = props;
  return (
    <div className="jp-kfp-Metrics">
      <ValueTable
        label={trans.__('Metrics')}
        nameLabel={trans.__('Metric')}
        rows={metrics}
      />
      <CopyButton
        icon
        text={() =>
          metrics
            .map(row =>
              [row.name, wholeText(row.value), taskText(row.path, trans)].join(
                '\t'
              )
            )
            .join('\n')
        }
        label={trans.__('Copy the metrics with all digits')}
      />
    </div>
  );
}
