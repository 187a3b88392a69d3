import * as React from 'react';

import { Button } from '../components/controls';
import { useTrans } from '../model/environment';
import type { Trans } from '../model/i18n';
import { shortText } from './format';
import type { KnownPoint } from './roc';
import { areaUnder, ordered } from './roc';
import type { Point } from './roc';

export interface RocSeries {
  /** What it belongs to: a task, or a run. */
  name: string;
  points: readonly Point[];
}

/** The drawing's size, and the room around the axes (its own units). */
const SIZE = 220;
const MARGIN = { left: 36, bottom: 34, top: 8, right: 8 } as const;
const INNER = SIZE - MARGIN.left - MARGIN.right;

/** Dashes, so that curves can be told apart without their colours. */
const DASHES = ['', '7 3', '2 3', '9 3 2 3', '4 4'] as const;

/** ROC curves over each other. */
export function RocPlot(props: {
  series: readonly RocSeries[];
  /** Numbers of the series that are shown, where they can be chosen. */
  shown?: ReadonlySet<number>;
  onToggle?: (index: number) => void;
}): JSX.Element {
  const trans = useTrans();
  const { series, shown, onToggle } = props;
  const [table, setTable] = React.useState(false);
  const [at, setAt] = React.useState<number | null>(null);
  const curves = React.useMemo(
    () =>
      series.map(({ name, points }, index) => ({
        name,
        index,
        points: ordered(points),
        area: areaUnder(points)
      })),
    [series]
  );
  const visible = curves.filter(({ index }) => shown?.has(index) ?? true);
  const all = visible.flatMap(curve =>
    curve.points.map(point => ({ curve, point }))
  );
  const current = at === null ? undefined : all[Math.min(at, all.length - 1)];
  const onKeyDown = (event: React.KeyboardEvent) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (step && all.length > 0) {
      event.preventDefault();
      event.stopPropagation();
      setAt(at === null ? 0 : Math.min(all.length - 1, Math.max(0, at + step)));
    }
  };
  return (
    <figure className="jp-kfp-Roc">
      <svg
        viewBox={`0 0 ${SIZE} ${SIZE}`}
        role="img"
        aria-label={visible.map(curve => sentence(curve, trans)).join(' ')}
        tabIndex={0}
        onKeyDown={onKeyDown}
        onBlur={() => setAt(null)}
      >
        <Axes />
        {visible.map(({ index, points }) => (
          <path
            key={index}
            className={`jp-kfp-Roc-curve jp-mod-series-${index % 4}`}
            strokeDasharray={DASHES[index % DASHES.length]}
            d={pathOf(points)}
          />
        ))}
        {current && (
          <circle
            className="jp-kfp-Roc-point"
            cx={x(current.point[1])}
            cy={y(current.point[2])}
            r={4}
          />
        )}
      </svg>
      <figcaption>
        {curves.map(curve => (
          <Legend key={curve.index} as={onToggle ? 'label' : 'span'}>
            {onToggle && (
              <input
                type="checkbox"
                checked={shown?.has(curve.index) ?? true}
                onChange={() => onToggle(curve.index)}
              />
            )}
            <svg viewBox="0 0 24 8" aria-hidden="true">
              <path
                className={`jp-kfp-Roc-curve jp-mod-series-${curve.index % 4}`}
                strokeDasharray={DASHES[curve.index % DASHES.length]}
                d="M0 4h24"
              />
            </svg>
            <bdi>{curve.name}</bdi>
            <span
              className="jp-kfp-Muted"
              title={trans._n(
                'computed from %1 point',
                'computed from %1 points',
                curve.points.length
              )}
            >
              {trans.__('AUC %1', areaText(curve.area, trans))}
            </span>
          </Legend>
        ))}
        <span role="status" className="jp-kfp-Roc-said">
          {current && pointText(current.curve.name, current.point, trans)}
        </span>
        <Button expanded={table} onClick={() => setTable(!table)}>
          {trans.__('Table')}
        </Button>
      </figcaption>
      {table && <Points curves={visible} />}
    </figure>
  );
}

function Legend(props: {
  as: 'label' | 'span';
  children: React.ReactNode;
}): JSX.Element {
  const Element = props.as;
  return <Element className="jp-kfp-Roc-legend">{props.children}</Element>;
}

interface Curve {
  name: string;
  index: number;
  points: readonly KnownPoint[];
  area: number;
}

function sentence({ name, points, area }: Curve, trans: Trans): string {
  return trans._n(
    'ROC curve of %2, %1 point, area %3.',
    'ROC curve of %2, %1 points, area %3.',
    points.length,
    name,
    areaText(area, trans)
  );
}

function areaText(area: number, trans: Trans): string {
  return shortText(Math.round(area * 1000) / 1000, trans);
}

function pointText(
  name: string,
  [threshold, fpr, tpr]: KnownPoint,
  trans: Trans
): string {
  return trans.__(
    '%1: threshold %2, FPR %3, TPR %4',
    name,
    threshold === null ? '∞' : shortText(threshold, trans),
    shortText(fpr, trans),
    shortText(tpr, trans)
  );
}

function Points({ curves }: { curves: readonly Curve[] }): JSX.Element {
  const trans = useTrans();
  return (
    <div className="jp-kfp-Roc-table" tabIndex={0}>
      <table className="jp-kfp-Table">
        <thead>
          <tr>
            <th scope="col">{trans.__('Curve')}</th>
            <th scope="col" className="jp-mod-number">
              {trans.__('Threshold')}
            </th>
            <th scope="col" className="jp-mod-number">
              {trans.__('FPR')}
            </th>
            <th scope="col" className="jp-mod-number">
              {trans.__('TPR')}
            </th>
          </tr>
        </thead>
        <tbody>
          {curves.flatMap(({ name, index, points }) =>
            points.map((point, row) => (
              <tr key={`${index}/${row}`}>
                <th scope="row">{name}</th>
                {point.map((value, column) => (
                  <td key={column} className="jp-mod-number">
                    {value === null ? '∞' : shortText(value, trans)}
                  </td>
                ))}
              </tr>
            ))
          )}
        </tbody>
      </table>
    </div>
  );
}

/** The frame, the diagonal of guessing, and what the axes are. */
function Axes(): JSX.Element {
  const trans = useTrans();
  const { left, top, bottom } = MARGIN;
  return (
    <g className="jp-kfp-Roc-axes" aria-hidden="true">
      <rect x={left} y={top} width={INNER} height={y(0) - top} />
      <path d={`M${x(0)} ${y(0)}L${x(1)} ${y(1)}`} strokeDasharray="1 4" />
      {[0, 0.5, 1].map(tick => (
        <React.Fragment key={tick}>
          <text x={x(tick)} y={y(0) + 13} textAnchor="middle">
            {tick}
          </text>
          <text x={left - 5} y={y(tick) + 4} textAnchor="end">
            {tick}
          </text>
        </React.Fragment>
      ))}
      <text x={x(0.5)} y={SIZE - bottom + 28} textAnchor="middle">
        {trans.__('False positive rate')}
      </text>
      <text
        transform={`translate(11 ${y(0.5)}) rotate(-90)`}
        textAnchor="middle"
      >
        {trans.__('True positive rate')}
      </text>
    </g>
  );
}

function x(fpr: number): number {
  return MARGIN.left + fpr * INNER;
}

function y(tpr: number): number {
  return MARGIN.top + (1 - tpr) * (SIZE - MARGIN.top - MARGIN.bottom);
}

function pathOf(points: readonly KnownPoint[]): string {
  return points
    .map(
      ([, fpr, tpr], index) =>
        `${index === 0 ? 'M' : 'L'}${round(x(fpr))} ${round(y(tpr))}`
    )
    .join('');
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
