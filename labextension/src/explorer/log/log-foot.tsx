import * as React from 'react';

import type { ApiError } from '../api/errors';
import { Button } from '../components/controls';
import { useTrans } from '../model/environment';
import type { Trans } from '../model/i18n';
import { numberText, sizeText } from '../model/i18n';
import type { LogState } from './reader';
import type { LogChunk } from '../api/types';

/** How much there is, and where it comes from. */
export function LogFoot(props: {
  state: LogState;
  live: boolean;
  /** Whether the end, as far as it is known, is here. */
  atEnd: boolean;
  onRetry: () => void;
}): JSX.Element {
  const trans = useTrans();
  const { state, live } = props;
  const { part, head, error } = state;
  if (!head || part.lines.length === 0) {
    return <p className="jp-kfp-Log-foot" aria-hidden="true" />;
  }
  const size = head.size ?? part.end;
  const whole = part.start === 0 && props.atEnd;
  const facts = [
    live && !head.ended
      ? trans.__('still written')
      : props.atEnd && trans.__('end of the log'),
    whole &&
      trans._n(
        '%2 line',
        '%2 lines',
        part.lines.length,
        numberText(part.lines.length, trans)
      ),
    sizeText(size, trans),
    sourceText(head.source, trans)
  ].filter(Boolean);
  return (
    <p className="jp-kfp-Log-foot">
      <span>{facts.join(' · ')}</span>
      {error && (
        <span className="jp-kfp-Log-stale" role="status">
          {trans.__('Not updated: %1', errorText(error, trans))}{' '}
          <Button onClick={props.onRetry}>{trans.__('Try Now')}</Button>
        </span>
      )}
    </p>
  );
}

/** In place of a log that is not there: why, and what to do. */
export function NoLog(props: {
  live: boolean;
  reason: LogChunk['reason'];
  error: ApiError | null;
  onRetry: () => void;
}): JSX.Element {
  const trans = useTrans();
  const { reason, error, live } = props;
  const message =
    reason?.message ??
    (error
      ? errorText(error, trans)
      : live
        ? trans.__('Nothing has been written yet.')
        : trans.__('This task has written nothing.'));
  const next = reason?.next_step ?? error?.nextStep ?? '';
  return (
    <div className="jp-kfp-Empty" role={error ? 'alert' : undefined}>
      <p>{message}</p>
      {next && <p className="jp-kfp-Muted">{next}</p>}
      {error && (
        <Button onClick={props.onRetry}>{trans.__('Try again')}</Button>
      )}
    </div>
  );
}

function errorText(error: ApiError, trans: Trans): string {
  return error.status === 404 && error.cause === 'server-extension-missing'
    ? trans.__(
        'The Jupyter server does not offer logs. Update the server part of this extension.'
      )
    : error.message;
}

function sourceText(source: string, trans: Trans): string {
  switch (source) {
    case 'pod':
      return trans.__('from the pod');
    case 'pipelines':
      return trans.__('from Pipelines');
    case 'artifact':
      return trans.__('from the archive');
    default:
      return source;
  }
}
