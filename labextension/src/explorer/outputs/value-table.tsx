import * as React from 'react';

import { Icon } from '../components/icons';
import { useTrans } from '../model/environment';
import type { Trans } from '../model/i18n';
import { toggled } from '../model/toggled';
import { isIteration, shortText, taskText, wholeText } from './format';

/** A name and a value that a task has put out. */
export interface ValueRow {
  path: readonly string[];
  /** The artifact that holds it; empty for a parameter. */
  artifact?: string;
  name: string;
  value: unknown;
}

interface Group {
  key: string;
  rows: ValueRow[];
}

/** Names, values and tasks; what the rounds of a loop have put out is one row to unfold. */
export function ValueTable(props: {
  label: string;
  /** The head of the first column. */
  nameLabel: string;
  rows: readonly ValueRow[];
}): JSX.Element {
  const trans = useTrans();
  const { rows } = props;
  const groups = React.useMemo(() => groupsOf(rows), [rows]);
  const [open, setOpen] = React.useState<ReadonlySet<string>>(new Set());
  return (
    <table className="jp-kfp-Table" aria-label={props.label}>
      <thead>
        <tr>
          <th scope="col">{props.nameLabel}</th>
          <th scope="col" className="jp-mod-number">
            {trans.__('Value')}
          </th>
          <th scope="col">{trans.__('Task')}</th>
        </tr>
      </thead>
      <tbody>
        {groups.map(({ key, rows: group }) => (
          <React.Fragment key={key}>
            {group.length > 1 && (
              <tr>
                <th scope="row">
                  <button
                    type="button"
                    className="jp-kfp-Disclosure-title"
                    aria-expanded={open.has(key)}
                    onClick={() => setOpen(toggled(open, key))}
                  >
                    <Icon name={open.has(key) ? 'open' : 'closed'} />
                    <bdi>{nameOf(group[0])}</bdi>
                  </button>
                </th>
                <td className="jp-mod-number">{rangeText(group, trans)}</td>
                <td>
                  {`${group[0]?.path.at(-1) ?? ''} · ${trans._n('%1 iteration', '%1 iterations', group.length)}`}
                </td>
              </tr>
            )}
            {(group.length === 1 || open.has(key)) &&
              group.map((row, index) => (
                <tr
                  key={index}
                  className={group.length > 1 ? 'jp-mod-inner' : undefined}
                >
                  <th scope="row">
                    <bdi title={row.artifact}>{nameOf(row)}</bdi>
                  </th>
                  <td
                    className={
                      typeof row.value === 'number'
                        ? 'jp-mod-number'
                        : undefined
                    }
                  >
                    <Cell value={row.value} />
                  </td>
                  <td>
                    <bdi>{taskText(row.path, trans)}</bdi>
                  </td>
                </tr>
              ))}
          </React.Fragment>
        ))}
      </tbody>
    </table>
  );
}

/** A value in a cell: a number in short, with all its digits on hover. */
export function Cell({ value }: { value: unknown }): JSX.Element {
  const trans = useTrans();
  return typeof value === 'number' ? (
    <span title={wholeText(value)}>{shortText(value, trans)}</span>
  ) : (
    <code className="jp-kfp-Value">{wholeText(value)}</code>
  );
}

function nameOf(row: ValueRow | undefined): string {
  return row?.name ?? '';
}

/** The rows of one name in the rounds of one loop are together, where the first one is. */
function groupsOf(rows: readonly ValueRow[]): Group[] {
  const groups = new Map<string, Group>();
  for (const row of rows) {
    const key = JSON.stringify([
      row.path.filter(part => !isIteration(part)),
      row.artifact ?? '',
      row.name
    ]);
    const group = groups.get(key);
    if (group) {
      group.rows.push(row);
    } else {
      groups.set(key, { key, rows: [row] });
    }
  }
  return [...groups.values()];
}

function rangeText(rows: readonly ValueRow[], trans: Trans): string {
  const numbers = rows
    .map(({ value }) => value)
    .filter(value => typeof value === 'number');
  if (numbers.length < rows.length) {
    return trans._n('%1 value', '%1 values', rows.length);
  }
  return trans.__(
    '%1 to %2',
    shortText(Math.min(...numbers), trans),
    shortText(Math.max(...numbers), trans)
  );
}
