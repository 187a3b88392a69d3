import * as React from 'react';

import { useTrans } from '../environment';
import type { Camera } from './camera';
import type { RunState } from './folding';
import { contents } from './folding';
import type { GraphNode } from './graph';
import { everyNode } from './graph';
import { GraphControls } from './graph-controls';
import type { BoxActions } from './graph-node';
import { GraphBox } from './graph-node';
import type { Layout, Line } from './layout';
import { layOut, pathThrough, shapeOf } from './layout';
import { neighbour } from './neighbour';
import { useSize, ZOOM } from './viewport';

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

  const goTo = (id: string): void => {
    setFocused(id);
    camera.reveal(id);
    [...(frame.current?.querySelectorAll<HTMLElement>('[data-node]') ?? [])]
      .find(({ dataset }) => dataset['node'] === id)
      ?.focus({ preventScroll: true });
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

  const actions: BoxActions = {
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
  };

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
          {layout.boxes.map(box => {
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

/** The layout, made anew only when something is drawn elsewhere than before. */
function useLayout(
  nodes: readonly GraphNode[],
  folding: RunState['folding']
): Layout {
  const shape = shapeOf(nodes, folding);
  // eslint-disable-next-line react-hooks/exhaustive-deps -- `shape` stands for both.
  return React.useMemo(() => layOut(nodes, folding), [shape]);
}

const Lines = React.memo(function Lines(props: {
  layout: Layout;
  known: ReadonlyMap<string, GraphNode>;
  selected: string | null;
}): JSX.Element {
  const { layout, known, selected } = props;
  const id = React.useId();
  const kind = (line: Line): string =>
    [
      'jp-kfp-Graph-line',
      line.from === selected || line.to === selected ? 'jp-mod-near' : '',
      known.get(line.to)?.spec?.always ? 'jp-mod-always' : '',
      known.get(line.to)?.task ? '' : 'jp-mod-ahead'
    ].join(' ');
  return (
    <svg
      className="jp-kfp-Graph-lines"
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
      {layout.lines.map(line => (
        <path
          key={line.id}
          className={kind(line)}
          d={pathThrough(line.points)}
          markerEnd={`url(#${id})`}
        />
      ))}
    </svg>
  );
});

/** A press that moves less than this is a click (pixels). */
const SLOP = 4;

/** Move by dragging, zoom by the wheel. */
function usePointer(
  frame: React.RefObject<HTMLDivElement>,
  camera: Camera
): void {
  React.useEffect(() => {
    const element = frame.current;
    if (!element) {
      return;
    }
    // In a notebook the wheel scrolls the notebook, unless Ctrl is held.
    const inline = element.closest('.jp-kfp-Widget') !== null;
    const onWheel = (event: WheelEvent): void => {
      const pinch = event.ctrlKey || event.metaKey;
      if (inline && !pinch) {
        return;
      }
      event.preventDefault();
      if (event.shiftKey) {
        const { x, y, zoom } = camera.viewport;
        const by = event.deltaX || event.deltaY;
        camera.move({ zoom, y, x: x - by });
        return;
      }
      const { left, top } = element.getBoundingClientRect();
      const lines = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 16 : 1;
      camera.zoomBy(Math.exp((-event.deltaY * lines) / (pinch ? 150 : 500)), {
        x: event.clientX - left,
        y: event.clientY - top
      });
    };
    let dragged: { x: number; y: number; moved: boolean } | null = null;
    const onDown = (event: PointerEvent): void => {
      if (event.button === 0) {
        dragged = { x: event.clientX, y: event.clientY, moved: false };
      }
    };
    const onMove = (event: PointerEvent): void => {
      if (!dragged) {
        return;
      }
      const dx = event.clientX - dragged.x;
      const dy = event.clientY - dragged.y;
      if (!dragged.moved && Math.hypot(dx, dy) < SLOP) {
        return;
      }
      if (!dragged.moved) {
        element.setPointerCapture(event.pointerId);
        element.classList.add('jp-mod-dragged');
      }
      dragged = { x: event.clientX, y: event.clientY, moved: true };
      const { x, y, zoom } = camera.viewport;
      camera.move({ zoom, x: x + dx, y: y + dy });
    };
    const onUp = (event: PointerEvent): void => {
      if (dragged?.moved) {
        element.releasePointerCapture(event.pointerId);
        element.classList.remove('jp-mod-dragged');
      }
      dragged = null;
    };
    element.addEventListener('wheel', onWheel, { passive: false });
    element.addEventListener('pointerdown', onDown);
    element.addEventListener('pointermove', onMove);
    element.addEventListener('pointerup', onUp);
    element.addEventListener('pointercancel', onUp);
    return () => {
      element.removeEventListener('wheel', onWheel);
      element.removeEventListener('pointerdown', onDown);
      element.removeEventListener('pointermove', onMove);
      element.removeEventListener('pointerup', onUp);
      element.removeEventListener('pointercancel', onUp);
    };
  }, [frame, camera]);
}
