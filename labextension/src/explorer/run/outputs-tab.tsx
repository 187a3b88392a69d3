import * as React from 'react';

import type { RunOutputs } from '../api/types';
import type { Run } from '../api/types';
import { Placeholder } from '../components/list-view';
import { Button } from '../components/controls';
import { errorText } from '../model/causes';
import { useTrans } from '../model/environment';
import { artifactCode, outputsCode } from '../model/code';
import { useHost } from '../model/host';
import { useArtifacts, useOutputs } from '../model/run-data';
import { isUnfinished } from '../model/states';
import OutputsView from '../outputs/outputs-view';

/** What a run, or one of its tasks, has put out. */
export default function OutputsTab(props: {
  run: Run;
  /** The task's id, where it is only about one. */
  task?: string;
  /** Whether nothing is said where there is nothing: something else is shown already. */
  quiet?: boolean;
}): JSX.Element | null {
  const trans = useTrans();
  const { insertCell } = useHost();
  const { run, task, quiet = false } = props;
  const { outputs, error, refresh } = useOutputs(run, task);
  const artifacts = useArtifacts(run.run_id);
  if (quiet && (!outputs || isEmpty(outputs))) {
    return null;
  }
  if (!outputs) {
    return error ? (
      <div className="jp-kfp-Empty" role="alert">
        <p>
          {error.cause === 'server-extension-missing'
            ? trans.__(
                'The Jupyter server does not offer outputs. Update the server part of this extension.'
              )
            : errorText(error, trans)}
        </p>
        <Button onClick={refresh}>{trans.__('Try again')}</Button>
      </div>
    ) : (
      <Placeholder />
    );
  }
  return (
    <OutputsView
      {...artifacts}
      outputs={outputs}
      empty={
        isUnfinished(run)
          ? trans.__('Nothing has been put out yet.')
          : task
            ? trans.__('This task has no outputs.')
            : trans.__('No task of this run has put anything out.')
      }
      insert={
        insertCell &&
        ((artifact, path) =>
          insertCell(artifactCode(run, [...path, artifact.name])))
      }
      onInsert={insertCell && (() => insertCell(outputsCode(run)))}
    />
  );
}

function isEmpty({ tasks, metrics }: RunOutputs): boolean {
  return (
    metrics.length === 0 &&
    tasks.every(
      ({ outputs, artifacts }) =>
        Object.keys(outputs).length + artifacts.length === 0
    )
  );
}
