import * as React from 'react';

import type { GraphNode } from './graph';
import type { Layout, Line } from './layout';
import { pathThrough } from './layout';

/** From so many lines on they are drawn faintly, apart from those of what is selected. */
const DENSE = 250;

/** The lines between the nodes. */
export const Lines = React.memo(function Lines(props: {
  layout: Layout;
  known: ReadonlyMap<string, GraphNode>;
  selected: string | null;
}): JSX.Element {
  const { layout, known, selected } = props;
  const id = React.useId();
  const kinds = React.useMemo(
    () => layout.lines.map(line => kindOf(known.get(line.to))),
    [layout, known]
  );
  const dense = layout.lines.length >= DENSE;
  const isNear = (line: Line) => line.from === selected || line.to === selected;
  return (
    <svg
      className={`jp-kfp-Graph-lines ${dense ? 'jp-mod-dense' : ''} ${
        // An open group would cover those inside it.
        dense && !layout.boxes.some(({ open }) => open) ? 'jp-mod-behind' : ''
      }`}
      width={layout.width}
      height={layout.height}
      aria-hidden="true"
      focusable="false"
    >
      <defs>
        <marker
          id={id}
          viewBox="0 0 8 8"
          refX="7"
          refY="4"
          markerWidth="7"
          markerHeight="7"
          orient="auto"
        >
          <path d="M0 0.5 8 4 0 7.5z" fill="context-stroke" />
        </marker>
      </defs>
      {dense && <Faint lines={layout.lines} kinds={kinds} />}
      {layout.lines.map((line, index) =>
        !dense || isNear(line) ? (
          <path
            key={line.id}
            className={`jp-kfp-Graph-line ${kinds[index]} ${isNear(line) ? 'jp-mod-near' : ''}`}
            d={pathThrough(line.points)}
            markerEnd={`url(#${id})`}
          />
        ) : null
      )}
    </svg>
  );
});

/** Many lines as few elements: one for each kind, and without heads. */
const Faint = React.memo(function Faint(props: {
  lines: readonly Line[];
  kinds: readonly string[];
}): JSX.Element {
  const { lines, kinds } = props;
  return (
    <>
      {[...new Set(kinds)].map(kind => (
        <path
          key={kind}
          className={`jp-kfp-Graph-line ${kind}`}
          d={lines
            .filter((_, index) => kinds[index] === kind)
            .map(({ points }) => pathThrough(points))
            .join(' ')}
        />
      ))}
    </>
  );
});

function kindOf(node: GraphNode | undefined): string {
  return [
    node?.spec?.always ? 'jp-mod-always' : '',
    node?.task ? '' : 'jp-mod-ahead'
  ].join(' ');
}
