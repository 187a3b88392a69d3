import * as React from 'react';

import { VirtualList } from '../components/virtual-list';
import { useTrans } from '../model/environment';
import type { Trans } from '../model/i18n';
import { isUnfinished } from '../model/states';
import { useNow } from '../components/time';
import { clockTime, duration } from '../model/time';
import { NodeStateIcon, nodeStateWord } from './details';
import type { RunState } from './folding';
import { nodeStatus } from './graph';
import type { Scale, TimelineRow } from './timeline';
import { percent, scaleOf, ticksOf, timelineRows } from './timeline';
import { useSize } from './viewport';

/** The room that one tick of the axis needs (pixels). */
const TICK = 64;

/** When each task began and ended, beside each other. */
export function TimelineView({ state }: { state: RunState }): JSX.Element {
  const trans = useTrans();
  const { nodes, selected, onSelect } = state;
  const axis = React.useRef<HTMLDivElement>(null);
  const size = useSize(axis);
  const rows = React.useMemo(() => timelineRows(nodes), [nodes]);
  const now = useNow();
  const ticks = Math.max(2, Math.floor((size?.width ?? 0) / TICK));
  const scale = React.useMemo(
    () => scaleOf(rows, now, ticks),
    // Time goes on only for what is not over.
    // eslint-disable-next-line react-hooks/exhaustive-deps
    [rows, ticks, rows.some(({ node }) => isUnfinished(node)) ? now : 0]
  );
  const [pointed, setPointed] = React.useState<string | null>(null);
  const said = rows.find(({ node }) => node.id === (pointed ?? selected));
  if (rows.length === 0) {
    return <p className="jp-kfp-Empty">{trans.__('No task has begun yet.')}</p>;
  }
  return (
    <div className="jp-kfp-Timeline">
      <div className="jp-kfp-Timeline-axis" aria-hidden="true">
        <div className="jp-kfp-Timeline-line">
          <span>{trans.__('Elapsed')}</span>
          <div ref={axis} className="jp-kfp-Timeline-track">
            {ticksOf(scale).map(tick => (
              <span
                key={tick}
                className="jp-kfp-Timeline-tick"
                style={{ left: `${percent(scale, scale.from + tick)}%` }}
              >
                {elapsed(tick, trans)}
              </span>
            ))}
          </div>
        </div>
      </div>
      <VirtualList<TimelineRow>
        items={rows}
        idOf={({ node }) => node.id}
        label={trans.__('Timeline')}
        rowHeight={28}
        row={(row, current) => (
          <button
            type="button"
            className="jp-kfp-Timeline-line"
            tabIndex={current ? 0 : -1}
            aria-pressed={row.node.id === selected}
            aria-label={trans.__(
              '%1, %2, %3',
              row.node.name,
              nodeStateWord(row.node, trans),
              spanText(row, now, trans)
            )}
            onClick={() =>
              onSelect(row.node.id === selected ? null : row.node.id)
            }
            onFocus={() => setPointed(row.node.id)}
            onBlur={() => setPointed(null)}
            onMouseEnter={() => setPointed(row.node.id)}
            onMouseLeave={() => setPointed(null)}
          >
            <span
              className="jp-kfp-Timeline-name"
              style={{
                paddingInlineStart: `${Math.min(row.depth, 8) * 12}px`
              }}
            >
              <NodeStateIcon node={row.node} />
              <span title={row.node.name}>{row.node.name}</span>
            </span>
            <Track row={row} scale={scale} now={now} />
          </button>
        )}
      />
      <p className="jp-kfp-Timeline-said">
        {said && (
          <>
            <b>{said.node.name}</b> {spanText(said, now, trans)}
          </>
        )}
      </p>
    </div>
  );
}

/** The bar of a task. */
function Track(props: {
  row: TimelineRow;
  scale: Scale;
  now: number;
}): JSX.Element {
  const trans = useTrans();
  const { scale, now } = props;
  const { node, waited, start, end } = props.row;
  const grid = percent(scale, scale.from + scale.step);
  const to = end ?? Math.max(now, start ?? 0);
  return (
    <span
      className="jp-kfp-Timeline-track"
      style={{ backgroundSize: `${grid}% 100%` }}
    >
      {waited !== null && start !== null && (
        <i
          className="jp-kfp-Timeline-bar jp-mod-waited"
          style={placed(percent(scale, waited), percent(scale, start))}
          title={trans.__('Waited %1', elapsed(start - waited, trans))}
        />
      )}
      {start !== null && (
        <i
          className={`jp-kfp-Timeline-bar jp-mod-${nodeStatus(node)} ${
            node.children ? 'jp-mod-group' : ''
          } ${end === null && isUnfinished(node) ? 'jp-mod-open' : ''}`}
          style={placed(percent(scale, start), percent(scale, to))}
          title={spanText(props.row, now, trans)}
        />
      )}
    </span>
  );
}

function placed(from: number, to: number): React.CSSProperties {
  return { left: `${from}%`, width: `${to - from}%` };
}

/** When something began and ended, and how long it took. */
function spanText(row: TimelineRow, now: number, trans: Trans): string {
  const { start, end } = row;
  if (start === null) {
    return nodeStateWord(row.node, trans);
  }
  const began = clockTime(new Date(start), now, trans);
  const took = elapsed((end ?? Math.max(now, start)) - start, trans);
  return end === null
    ? trans.__('%1, since %2', took, began)
    : trans.__(
        '%1, %2 – %3',
        took,
        began,
        clockTime(new Date(end), now, trans)
      );
}

function elapsed(milliseconds: number, trans: Trans): string {
  const epoch = new Date(0).toISOString();
  return milliseconds === 0
    ? trans.__('%1 s', 0)
    : duration(epoch, new Date(milliseconds).toISOString(), trans);
}
