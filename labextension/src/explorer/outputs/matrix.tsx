import * as React from 'react';

import { useTrans } from '../model/environment';
import type { Trans } from '../model/i18n';
import { localeOf } from '../model/i18n';
import type { ConfusionMatrix } from '../api/types';

/** The most of the hue in a cell (per cent), so that its number stays readable. */
const HUE = 55;

/** A confusion matrix: a table in one hue. */
export function Matrix(props: {
  matrix: ConfusionMatrix;
  /** What it belongs to: a task, or a run. */
  name: string;
  /** The highest number of several that are compared; its own where it is left out. */
  highest?: number;
}): JSX.Element {
  const trans = useTrans();
  const { matrix, name } = props;
  const { categories, rows } = matrix;
  const [shares, setShares] = React.useState(false);
  const id = React.useId();
  const highest = Math.max(
    1e-12,
    props.highest ?? Math.max(0, ...rows.flat().map(it => it ?? 0))
  );
  return (
    <figure className="jp-kfp-Matrix">
      <table aria-labelledby={id}>
        <caption id={id}>
          {trans.__('Confusion matrix of %1, rows are actual', name)}
        </caption>
        <thead>
          <tr>
            <td />
            {categories.map((category, index) => (
              <th key={index} scope="col">
                <bdi>{category}</bdi>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, index) => {
            const sum = row.reduce<number>((total, it) => total + (it ?? 0), 0);
            return (
              <tr key={index}>
                <th scope="row">
                  <bdi>{categories[index] ?? index}</bdi>
                </th>
                {row.map((known, column) => {
                  const value = known ?? 0;
                  const share = sum > 0 ? value / sum : 0;
                  const hue = (shares ? share : value / highest) * HUE;
                  return (
                    <td
                      key={column}
                      style={{
                        background: `color-mix(in srgb, var(--jp-kfp-brand) ${Math.round(hue)}%, var(--jp-kfp-background))`
                      }}
                      title={trans.__(
                        'actual %1, predicted %2: %3 (%4 of the row)',
                        categories[index] ?? index,
                        categories[column] ?? column,
                        value,
                        percentText(share, trans)
                      )}
                    >
                      {known === null
                        ? '–'
                        : shares
                          ? percentText(share, trans)
                          : value.toLocaleString(localeOf(trans))}
                    </td>
                  );
                })}
              </tr>
            );
          })}
        </tbody>
      </table>
      <label>
        <input
          type="checkbox"
          checked={shares}
          onChange={() => setShares(!shares)}
        />
        {trans.__('Row %')}
      </label>
    </figure>
  );
}

function percentText(share: number, trans: Trans): string {
  return new Intl.NumberFormat(localeOf(trans), {
    style: 'percent',
    maximumFractionDigits: 1
  }).format(share);
}
