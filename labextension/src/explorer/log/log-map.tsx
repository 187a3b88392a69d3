import * as React from 'react';

import type { LogPart } from './lines';

/** More ticks than this cannot be told apart. */
const TICKS = 200;

/** Beside the lines: where in the whole log errors and matches are, and what is loaded. */
export function LogMap(props: {
  part: LogPart;
  /** Of the whole log (bytes). */
  size: number;
  /** Indices of the lines with errors. */
  errors: readonly number[];
  found: readonly { offset: number }[];
  onGoTo: (at: number) => void;
}): JSX.Element {
  const { part, found } = props;
  const size = Math.max(1, props.size, part.end);
  const place = (at: number) => `${(100 * at) / size}%`;
  const onClick = (event: React.MouseEvent) => {
    const box = event.currentTarget.getBoundingClientRect();
    const share = (event.clientY - box.top) / Math.max(1, box.height);
    props.onGoTo(Math.floor(Math.min(0.9999, Math.max(0, share)) * size));
  };
  return (
    // Keys have Home, End, E and Enter for the same.
    <div className="jp-kfp-Log-map" aria-hidden="true" onClick={onClick}>
      <i
        className="jp-mod-loaded"
        style={{
          top: place(part.start),
          height: place(part.end - part.start)
        }}
      />
      {thinned(props.errors).map(index => (
        <i
          key={index}
          className="jp-mod-error"
          style={{ top: place(part.lines[index]?.at ?? 0) }}
        />
      ))}
      {thinned(found).map(({ offset }) => (
        <i
          key={offset}
          className="jp-mod-found"
          style={{ top: place(offset) }}
        />
      ))}
    </div>
  );
}

function thinned<T>(items: readonly T[]): readonly T[] {
  const step = Math.ceil(items.length / TICKS);
  return step > 1 ? items.filter((_, index) => index % step === 0) : items;
}
