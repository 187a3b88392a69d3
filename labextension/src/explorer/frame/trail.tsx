import * as React from 'react';

import { IconButton } from '../components/controls';
import { useTrans } from '../model/environment';
import type { Path, View } from '../model/navigation';
import { useExperiment } from '../model/queries';

/** The way back, when there is one. */
export function Trail(props: {
  path: Path;
  onBack: (index: number) => void;
}): JSX.Element | null {
  const trans = useTrans();
  const { path, onBack } = props;
  const above = path[path.length - 2];
  if (!above) {
    return null;
  }
  return (
    <nav className="jp-kfp-Trail" aria-label={trans.__('Path')}>
      <IconButton
        icon="back"
        label={trans.__('Back')}
        onClick={() => onBack(path.length - 2)}
      />
      <ol>
        {path.map((view, index) => (
          <li key={index}>
            {index === path.length - 1 ? (
              <span aria-current="page" title={view.label}>
                <ViewName view={view} />
              </span>
            ) : (
              <button
                type="button"
                className="jp-kfp-LinkButton"
                onClick={() => onBack(index)}
              >
                <ViewName view={view} />
              </button>
            )}
          </li>
        ))}
      </ol>
    </nav>
  );
}

function ViewName({ view }: { view: View }): JSX.Element {
  const trans = useTrans();
  const experiment = view.query.experiment_id;
  if (view.label) {
    return <>{view.label}</>;
  }
  if (view.kind === 'runs' && experiment) {
    return <ExperimentName id={experiment} />;
  }
  switch (view.kind) {
    case 'experiments':
      return <>{trans.__('Experiments')}</>;
    case 'runs':
      return <>{trans.__('Runs')}</>;
    case 'run':
      return <>{trans.__('Run')}</>;
    case 'pipelines':
      return <>{view.id ? trans.__('Versions') : trans.__('Pipelines')}</>;
    case 'clone':
      return <>{trans.__('Clone')}</>;
    case 'comparison':
      return <>{trans.__('Comparison')}</>;
    case 'recurring-run':
      return <>{trans.__('Recurring run')}</>;
    case 'recurring-runs':
      return <>{trans.__('Recurring runs')}</>;
  }
}

/** The name of an experiment that was opened by its id. */
function ExperimentName({ id }: { id: string }): JSX.Element {
  const trans = useTrans();
  const { data } = useExperiment(id);
  return <>{data?.display_name ?? trans.__('Runs of the experiment')}</>;
}
