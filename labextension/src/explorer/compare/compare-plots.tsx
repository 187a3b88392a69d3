import * as React from 'react';

import type { Run, RunComparison } from '../api/types';
import { useTrans } from '../model/environment';
import { taskText } from '../outputs/format';
import { Matrix } from '../outputs/matrix';
import { RocPlot } from '../outputs/roc-plot';

/** ROC curves of runs over each other, and their confusion matrices beside each other. */
export default function ComparePlots(props: {
  runs: readonly Run[];
  comparison: RunComparison;
}): JSX.Element | null {
  const trans = useTrans();
  const { runs, comparison } = props;
  const { curves, matrices } = comparison;
  const [hidden, setHidden] = React.useState<ReadonlySet<number>>(new Set());
  const names = React.useMemo(
    () => new Map(runs.map(run => [run.run_id, run.display_name])),
    [runs]
  );
  const several = new Set(curves.map(({ path }) => path.join('/'))).size > 1;
  const series = React.useMemo(() => {
    const place = (id: string) => [...names.keys()].indexOf(id);
    return [...curves]
      .filter(({ run_id }) => names.has(run_id))
      .sort((one, other) => place(one.run_id) - place(other.run_id))
      .map(({ run_id, path, points }) => ({
        name: several
          ? `${names.get(run_id) ?? ''} · ${taskText(path, trans)}`
          : (names.get(run_id) ?? ''),
        points
      }));
  }, [curves, names, several, trans]);
  const shown = new Set(
    series.map((_, index) => index).filter(index => !hidden.has(index))
  );
  const shownMatrices = matrices.filter(({ run_id }) => names.has(run_id));
  const highest = Math.max(
    0,
    ...shownMatrices.flatMap(({ rows }) => rows.flat().map(it => it ?? 0))
  );
  if (series.length + shownMatrices.length === 0) {
    return null;
  }
  return (
    <div className="jp-kfp-Comparison-plots">
      {series.length > 0 && (
        <RocPlot
          series={series}
          shown={shown}
          onToggle={index => {
            const next = new Set(hidden);
            if (!next.delete(index)) {
              next.add(index);
            }
            setHidden(next);
          }}
        />
      )}
      {shownMatrices.length > 0 && (
        <div className="jp-kfp-Plots">
          {shownMatrices.map((matrix, index) => (
            <Matrix
              key={index}
              matrix={matrix}
              name={names.get(matrix.run_id) ?? ''}
              highest={highest}
            />
          ))}
        </div>
      )}
    </div>
  );
}
