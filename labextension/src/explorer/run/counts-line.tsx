import * as React from 'react';

import { IconButton } from '../components/controls';
import { RelativeTime } from '../components/time';
import { useTrans } from '../model/environment';
import type { Counts } from './counts';
import { countText, sumOf } from './counts';

/** How far a run is, how old that is, and the way to newer data. */
export function CountsLine(props: {
  counts: Counts;
  /** Whether Pipelines has told of any task. */
  begun: boolean;
  over: boolean;
  /** Whether the whole run was skipped. */
  skipped: boolean;
  at: number;
  onRefresh: () => void;
}): JSX.Element {
  const trans = useTrans();
  const { counts, begun, over } = props;
  const sum = sumOf(counts);
  const skipped = props.skipped || (counts.size === 1 && counts.has('skipped'));
  return (
    <div className="jp-kfp-Counts">
      {sum > 0 && begun && (
        <span className="jp-kfp-Share" aria-hidden="true">
          {[...counts].map(([status, count]) => (
            <i
              key={status}
              className={`jp-mod-${status}`}
              style={{ flexGrow: count }}
            />
          ))}
        </span>
      )}
      <span className="jp-kfp-Counts-text">
        {sum === 0 || (!begun && !over)
          ? over
            ? trans.__('No task ran.')
            : trans.__('Starting…')
          : skipped
            ? trans.__('No task ran: all were skipped.')
            : countText(counts, trans)}
      </span>
      <RelativeTime className="jp-kfp-Age" time={props.at} />
      <IconButton
        icon="refresh"
        label={trans.__('Refresh')}
        onClick={props.onRefresh}
      />
    </div>
  );
}
