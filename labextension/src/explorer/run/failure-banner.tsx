import * as React from 'react';

import { Button, CopyButton, IconButton } from '../components/controls';
import { StateIcon } from '../components/states';
import { useTrans } from '../model/environment';
import type { Trouble } from './reason';

/** Why a run failed, or what it waits for, and what to do about it. */
export function FailureBanner(props: {
  troubles: readonly Trouble[];
  /** Whether the last lines of the log are shown; not where the log is below. */
  tail: boolean;
  onLog?: (trouble: Trouble) => void;
  onShow?: (trouble: Trouble) => void;
  onDebug?: (trouble: Trouble) => void;
}): JSX.Element | null {
  const trans = useTrans();
  const { troubles, onLog, onShow, onDebug } = props;
  const [chosen, setChosen] = React.useState(0);
  const index = Math.min(chosen, troubles.length - 1);
  const trouble = troubles[index];
  if (!trouble) {
    return null;
  }
  const { kind, title, around, message, nextStep, log, node } = trouble;
  // Often the message begins as the title does.
  const said = message.startsWith(title)
    ? message.slice(title.length).replace(/^[\s:：]+/, '')
    : message;
  return (
    <div
      className={`jp-kfp-Failure jp-mod-${kind}`}
      role="group"
      aria-label={
        kind === 'failed'
          ? trans.__('Why the run failed')
          : trans.__('What the run waits for')
      }
    >
      <div className="jp-kfp-Failure-title">
        <StateIcon state={kind === 'failed' ? 'failed' : 'pending'} />
        <span>
          {onShow && node ? (
            <button
              type="button"
              className="jp-kfp-LinkButton"
              title={trans.__('Show the task')}
              onClick={() => onShow(trouble)}
            >
              <b>{title}</b>
            </button>
          ) : (
            <b>{title}</b>
          )}
          {around && <span className="jp-kfp-Muted"> {around}</span>}
        </span>
        {troubles.length > 1 && (
          <span className="jp-kfp-Failure-step">
            {trans.__('%1 of %2 failures', index + 1, troubles.length)}
            <IconButton
              icon="previous"
              label={trans.__('Previous failure')}
              onClick={() => setChosen(Math.max(0, index - 1))}
            />
            <IconButton
              icon="closed"
              label={trans.__('Next failure')}
              onClick={() =>
                setChosen(Math.min(troubles.length - 1, index + 1))
              }
            />
          </span>
        )}
      </div>
      {said && (
        <p className="jp-kfp-Failure-message" tabIndex={0}>
          {said}
        </p>
      )}
      {props.tail && log.length > 0 && (
        <pre className="jp-kfp-Failure-log" tabIndex={0}>
          {log.slice(-3).join('\n')}
        </pre>
      )}
      <div className="jp-kfp-Failure-next">
        {nextStep && <p>{trans.__('Next: %1', nextStep)}</p>}
        <span className="jp-kfp-Failure-actions">
          {onLog && node && (
            <Button onClick={() => onLog(trouble)}>
              {trans.__('Open Log')}
            </Button>
          )}
          {onDebug && kind === 'failed' && node && (
            <Button onClick={() => onDebug(trouble)}>
              {trans.__('Debug in Notebook')}
            </Button>
          )}
          {message && (
            <CopyButton
              icon
              text={() => [title, message, ...log].filter(Boolean).join('\n')}
              label={trans.__('Copy Error')}
            />
          )}
        </span>
      </div>
    </div>
  );
}
