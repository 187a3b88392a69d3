import * as React from 'react';

import { Camera } from './camera';
import type { RunState } from './folding';
import { GraphView } from './graph-view';
import { TimelineView } from './timeline-view';

/** The graph or the timeline of a run. */
export default function Pictures(props: {
  state: RunState;
  shown: 'graph' | 'timeline';
}): JSX.Element {
  const { state } = props;
  const [camera] = React.useState(() => new Camera());
  return (
    <div className="jp-kfp-Pictures">
      {props.shown === 'graph' ? (
        <GraphView state={state} camera={camera} />
      ) : (
        <TimelineView state={state} />
      )}
    </div>
  );
}
