import * as React from 'react';

import type { Run } from '../api/types';
import { Button, IconButton } from '../components/controls';
import { useTrans } from '../environment';
import { questionKey, useLive } from '../model/hooks';
import { isFinished, StateIcon, StateWord } from '../states';
import { Duration, RelativeTime } from '../time';
import type { Line } from './differences';
import { metricLines, parameterLines } from './differences';

/** How many runs fit beside each other. */
export const MOST_COMPARED = 8;

/** Runs beside each other: what they were given, how they went, what came out. */
export function Comparison(props: {
  runs: readonly Run[];
  onOpen: (run: Run) => void;
  onRemove: (run: Run) => void;
  onClose: () => void;
}): JSX.Element {
  const trans = useTrans();
  const [loaded, setLoaded] = React.useState<ReadonlyMap<string, Run>>(
    new Map()
  );
  const onRun = React.useCallback(
    (run: Run) => setLoaded(known => new Map(known).set(run.run_id, run)),
    []
  );
  const runs = props.runs.map(run => loaded.get(run.run_id) ?? run);
  const parameters = parameterLines(runs);
  const metrics = metricLines(runs);
  return (
    <div className="jp-kfp-Comparison">
      {props.runs.map(({ run_id }) => (
        <Loader key={run_id} id={run_id} onRun={onRun} />
      ))}
      <div className="jp-kfp-Comparison-bar">
        <Button onClick={props.onClose}>{trans.__('Back to the list')}</Button>
      </div>
      <div
        className="jp-kfp-Comparison-scroller"
        role="region"
        aria-label={trans.__('Comparison')}
        tabIndex={0}
      >
        <table>
          <thead>
            <tr>
              <th scope="col">{trans.__('Run')}</th>
              {runs.map(run => (
                <th key={run.run_id} scope="col">
                  <span className="jp-kfp-Comparison-name">
                    <button
                      type="button"
                      className="jp-kfp-LinkButton"
                      title={run.display_name}
                      onClick={() => props.onOpen(run)}
                    >
                      {run.display_name}
                    </button>
                    <IconButton
                      icon="close"
                      label={trans.__('Remove %1', run.display_name)}
                      onClick={() => props.onRemove(run)}
                    />
                  </span>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            <tr>
              <th scope="row">{trans.__('State')}</th>
              {runs.map(run => (
                <td key={run.run_id}>
                  <StateIcon state={run.state} />{' '}
                  <StateWord state={run.state} />
                </td>
              ))}
            </tr>
            <tr>
              <th scope="row">{trans.__('Created')}</th>
              {runs.map(run => (
                <td key={run.run_id}>
                  <RelativeTime time={run.created_at} />
                </td>
              ))}
            </tr>
            <tr>
              <th scope="row">{trans.__('Duration')}</th>
              {runs.map(run => (
                <td key={run.run_id}>
                  <Duration
                    from={run.created_at}
                    to={run.finished_at}
                    running={!isFinished(run)}
                  />
                </td>
              ))}
            </tr>
            <Lines title={trans.__('Parameters')} lines={parameters} />
            <Lines title={trans.__('Outputs')} lines={metrics} />
          </tbody>
        </table>
      </div>
    </div>
  );
}

function Lines(props: {
  title: string;
  lines: readonly Line[];
}): JSX.Element | null {
  const trans = useTrans();
  const { title, lines } = props;
  const [first] = lines;
  if (!first) {
    return null;
  }
  return (
    <>
      <tr>
        <th
          scope="rowgroup"
          className="jp-kfp-Heading"
          colSpan={first.values.length + 1}
        >
          {title}
        </th>
      </tr>
      {lines.map(({ name, values, differs }) => (
        <tr key={name} className={differs ? 'jp-mod-differs' : undefined}>
          <th scope="row">
            {name}
            {differs && (
              <span className="jp-kfp-Hidden">{trans.__('differs')}</span>
            )}
          </th>
          {values.map((value, index) => (
            <td key={index}>
              <code>{value}</code>
            </td>
          ))}
        </tr>
      ))}
    </>
  );
}

/** Follows one run; lists do not have its tasks. */
function Loader(props: { id: string; onRun: (run: Run) => void }): null {
  const { id, onRun } = props;
  const { data } = useLive<Run>(
    questionKey(`runs/${id}`),
    ({ api }, options) => api.run(id, options),
    ({ intervals }, run) =>
      run && !isFinished(run) ? intervals.quick : intervals.slow
  );
  React.useEffect(() => {
    if (data) {
      onRun(data);
    }
  }, [data, onRun]);
  return null;
}
