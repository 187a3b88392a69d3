import * as React from 'react';

import { useTrans } from '../model/environment';
import type { Camera, Region } from './camera';
import type { RunState } from './folding';
import { contents } from './folding';
import type { GraphNode } from './graph';
import { everyNode } from './graph';
import { GraphControls } from './graph-controls';
import type { BoxActions } from './graph-node';
import { GraphBox } from './graph-node';
import { Lines } from './graph-lines';
import { usePointer } from './graph-pointer';
import type { Box, Layout } from './layout';
import { layOut, shapeOf } from './layout';
import { neighbour } from './neighbour';
import { useSize, ZOOM } from './viewport';

/** From so many nodes on only those around what is seen are drawn. */
const MANY = 150;

/** The graph of a run's tasks: to move, to zoom and to walk through by keys. */
export function GraphView(props: {
  state: RunState;
  camera: Camera;
}): JSX.Element {
  const trans = useTrans();
  const { camera } = props;
  const { nodes, folding, selected, onSelect, onFold, onRound } = props.state;
  const frame = React.useRef<HTMLDivElement>(null);
  const canvas = React.useRef<HTMLDivElement>(null);
  const label = React.useRef<HTMLSpanElement>(null);
  const screen = useSize(frame);
  const layout = useLayout(nodes, folding);
  const known = React.useMemo(
    () => new Map([...everyNode(nodes)].map(node => [node.id, node])),
    [nodes]
  );
  const start = props.state.failed?.id;
  React.useLayoutEffect(() => {
    camera.show(layout, screen, canvas.current, label.current, start);
  }, [camera, layout, screen, start]);
  React.useLayoutEffect(() => {
    // Its details may have taken the room where it was.
    if (selected !== null) {
      camera.reveal(selected);
    }
  }, [camera, selected, screen]);
  usePointer(frame, camera);

  const [focused, setFocused] = React.useState<string | null>(null);
  const current =
    [focused, selected].find(id => layout.boxes.some(box => box.id === id)) ??
    layout.boxes[0]?.id;

  const region = React.useSyncExternalStore(camera.subscribe, camera.region);
  const drawn =
    layout.boxes.length < MANY
      ? layout.boxes
      : layout.boxes.filter(
          box => box.id === current || box.id === selected || meets(box, region)
        );
  const plain = drawn.length >= MANY && region.far;

  const toFocus = React.useRef<string | null>(null);
  React.useLayoutEffect(() => {
    // What a key leads to may have been drawn only just now.
    if (toFocus.current !== null) {
      [...(frame.current?.querySelectorAll<HTMLElement>('[data-node]') ?? [])]
        .find(({ dataset }) => dataset['node'] === toFocus.current)
        ?.focus({ preventScroll: true });
      toFocus.current = null;
    }
  });
  const goTo = (id: string): void => {
    toFocus.current = id;
    setFocused(id);
    camera.reveal(id);
  };

  const onKeyDown = (event: React.KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) {
      return;
    }
    const box = layout.boxes.find(({ id }) => id === current);
    const target = box && neighbour(event.key, box, layout.boxes);
    if (target) {
      goTo(target.id);
    } else if (event.key === '+' || event.key === '=') {
      camera.zoomBy(ZOOM.step);
    } else if (event.key === '-') {
      camera.zoomBy(1 / ZOOM.step);
    } else if (event.key === '0') {
      camera.fit();
    } else if (event.key === 'Escape' && selected !== null) {
      onSelect(null);
    } else {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  };

  const actions = useSteady({
    onSelect: id => {
      setFocused(id);
      onSelect(id === selected ? null : id);
    },
    onFocus: setFocused,
    onFold: (id, open) => {
      camera.keep(id);
      onFold(id, open);
    },
    onRound: (loop, round) => {
      camera.keep(loop);
      onRound(loop, round);
    }
  });

  return (
    <div className="jp-kfp-Graph">
      <div
        ref={frame}
        className="jp-kfp-Graph-frame"
        onKeyDown={onKeyDown}
        onFocus={() => {
          // Browsers scroll what they focus into view; the viewport does that.
          frame.current?.scrollTo(0, 0);
        }}
      >
        <div
          ref={canvas}
          className="jp-kfp-Graph-canvas"
          role="tree"
          aria-label={trans.__('Task graph')}
          style={{ width: layout.width, height: layout.height }}
        >
          {drawn.map(box => {
            const node = known.get(box.id);
            return (
              node && (
                <GraphBox
                  key={box.id}
                  box={box}
                  node={node}
                  before={node.after
                    .map(id => known.get(id)?.name ?? '')
                    .join(', ')}
                  rounds={folding.rounds}
                  foldable={contents(node, folding.rounds).length > 0}
                  selected={box.id === selected}
                  current={box.id === current}
                  plain={plain}
                  actions={actions}
                />
              )
            );
          })}
          <Lines layout={layout} known={known} selected={selected} />
        </div>
      </div>
      <GraphControls onZoom={camera.zoomBy} onFit={camera.fit} label={label} />
    </div>
  );
}

function meets(box: Box, { left, top, right, bottom }: Region): boolean {
  return (
    box.x < right &&
    left < box.x + box.width &&
    box.y < bottom &&
    top < box.y + box.height
  );
}

/** The same object each time, which does what `actions` now do. */
function useSteady(actions: BoxActions): BoxActions {
  const latest = React.useRef(actions);
  React.useLayoutEffect(() => {
    latest.current = actions;
  });
  const [steady] = React.useState<BoxActions>(() => ({
    onSelect: id => latest.current.onSelect(id),
    onFocus: id => latest.current.onFocus(id),
    onFold: (id, open) => latest.current.onFold(id, open),
    onRound: (loop, round) => latest.current.onRound(loop, round)
  }));
  return steady;
}

/** The layout, made anew only when something is drawn elsewhere than before. */
function useLayout(
  nodes: readonly GraphNode[],
  folding: RunState['folding']
): Layout {
  const shape = shapeOf(nodes, folding);
  // eslint-disable-next-line react-hooks/exhaustive-deps -- `shape` stands for both.
  return React.useMemo(() => layOut(nodes, folding), [shape]);
}
