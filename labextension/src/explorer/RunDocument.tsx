import * as React from 'react';

import type { Run } from './api/types';
import type { DocumentProps } from './Document';
import { Document } from './Document';
import type { View } from './model/navigation';
import { RunView } from './views/run';

/** One run, in a tab of its own. */
export function RunDocument(
  props: DocumentProps & {
    runId: string;
    /** Told of the run whenever there is news of it. */
    onRun: (run: Run) => void;
    /** Asked to show something else. */
    onOpen: (view: View) => void;
  }
): JSX.Element {
  const { runId, onRun, onOpen, ...rest } = props;
  const view = React.useMemo<View>(
    () => ({ kind: 'run', id: runId, query: {} }),
    [runId]
  );
  return (
    <Document
      {...rest}
      onOpen={onOpen}
      label={rest.trans.__('A run of Kubeflow Pipelines')}
    >
      <RunView view={view} onOpen={onOpen} onRun={onRun} />
    </Document>
  );
}
