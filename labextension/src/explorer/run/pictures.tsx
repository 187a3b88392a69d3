import * as React from 'react';

import { Camera } from './camera';
import { NodeDetails } from './details';
import type { RunState } from './folding';
import { everyNode } from './graph';
import { GraphView } from './graph-view';
import { TimelineView } from './timeline-view';

/** The graph or the timeline of a run, and what is selected in it. */
export default function Pictures(props: {
  state: RunState;
  shown: 'graph' | 'timeline';
}): JSX.Element {
  const { state } = props;
  const [camera] = React.useState(() => new Camera());
  const selected = React.useMemo(() => {
    for (const node of everyNode(state.nodes)) {
      if (node.id === state.selected) {
        return node;
      }
    }
    return null;
  }, [state.nodes, state.selected]);
  return (
    <div className="jp-kfp-Pictures">
      {props.shown === 'graph' ? (
        <GraphView state={state} camera={camera} />
      ) : (
        <TimelineView state={state} />
      )}
      {selected && (
        <NodeDetails node={selected} onClose={() => state.onSelect(null)} />
      )}
    </div>
  );
}
