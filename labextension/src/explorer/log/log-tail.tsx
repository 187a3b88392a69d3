import * as React from 'react';

import { useTrans } from '../model/environment';
import { useLogSource } from '../model/run-data';
import { errorLines } from './errors';
import { Line } from './log-line';
import { NoLog } from './log-foot';
import { useLog } from './use-log';

/** How many lines are shown. */
const LINES = 20;

const NOWHERE = {};

/** The last lines of a task's log. */
export function LogTail(props: {
  run: string;
  task: string;
  /** The task's name. */
  name: string;
  live: boolean;
}): JSX.Element {
  const trans = useTrans();
  const { live, name } = props;
  const source = useLogSource(props.run, props.task);
  const { reader, state } = useLog(source, NOWHERE, {
    start: 'end',
    live,
    following: true
  });
  const { part } = state;
  const box = React.useRef<HTMLDivElement>(null);
  React.useLayoutEffect(() => {
    box.current?.scrollTo(0, box.current.scrollHeight);
  }, [part]);
  const lines = part.lines.slice(-LINES);
  const { marked } = errorLines(lines.map(({ text }) => text));
  if (lines.length === 0) {
    return state.head || state.error ? (
      <NoLog
        live={live}
        reason={state.head?.reason ?? null}
        error={state.error}
        onRetry={() => reader.retry('end')}
      />
    ) : (
      <p className="jp-kfp-Muted">{trans.__('Loading…')}</p>
    );
  }
  return (
    <div className="jp-kfp-Log jp-mod-tail jp-mod-wrapped">
      <div
        ref={box}
        className="jp-kfp-Log-lines"
        role="log"
        aria-live="off"
        aria-label={trans.__('The last lines of %1', name)}
        tabIndex={0}
      >
        {lines.map((line, index) => (
          <Line
            key={line.at}
            line={line}
            index={index}
            error={marked.has(index)}
            current={false}
            mark={null}
            measure={() => undefined}
          />
        ))}
      </div>
    </div>
  );
}
