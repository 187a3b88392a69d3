import * as React from 'react';

import { CopyButton, IconButton } from '../components/controls';
import { Icon } from '../components/icons';
import { useRemembered } from '../components/remembered';
import { useTrans } from '../model/environment';
import { numberText } from '../model/i18n';
import type { ErrorLines } from './errors';
import { errorLines } from './errors';
import { handleKey, isWrapped, patternOf } from './keys';
import { LogFoot, NoLog } from './log-foot';
import { LogLines } from './log-lines';
import { LogMap } from './log-map';
import { LogPlaces, LogSearchField } from './log-toolbar';
import type { LogStart } from './reader';
import type { LogPlace, LogSearch } from '../api/api';
import type { LogSource } from '../model/run-data';
import { useLog, useLogSearch } from './use-log';

const NO_SEARCH: LogSearch = { text: '', regex: false, matchCase: false };

/** Shows the log of a task: bounded, however long it is. */
export default function LogView(props: {
  source: LogSource;
  /** The task's name. */
  name: string;
  start: LogStart;
  /** Whether the task still runs. */
  live: boolean;
  /** In front of the toolbar, such as a choice of tasks. */
  children?: React.ReactNode;
}): JSX.Element {
  const trans = useTrans();
  const { source } = props;
  const [place, setPlace] = React.useState<LogPlace>({});
  const [following, setFollowing] = React.useState(props.live);
  const [wrapped, setWrapped] = useRemembered<boolean | null>('log-wrap', null);
  const [search, setSearch] = React.useState(NO_SEARCH);
  const [current, setCurrent] = React.useState<number | null>(null);
  const field = React.useRef<HTMLInputElement>(null);
  const lines = React.useRef<HTMLDivElement>(null);
  const { reader, state } = useLog(source, place, {
    start: props.start,
    live: props.live,
    following
  });
  const { found, error, setIndex } = useLogSearch(source, place, search);
  const { part, head } = state;
  const errors = React.useMemo<ErrorLines>(
    () => errorLines(part.lines.map(({ text }) => text)),
    [part]
  );
  const mark = React.useMemo(() => patternOf(search), [search]);

  const goTo = (at: number) => {
    setFollowing(false);
    setCurrent(at);
    void reader.goTo(at);
  };
  const stepMatch = (step: 1 | -1) => {
    const count = found?.matches.length ?? 0;
    if (found && count > 0) {
      const from = found.index < 0 && step < 0 ? 0 : found.index;
      const index = (from + step + count) % count;
      setIndex(index);
      goTo(found.matches[index]?.offset ?? 0);
    }
  };
  const stepError = (step: 1 | -1) => {
    const ats = errors.stops.map(stop => part.lines[stop]?.at ?? 0);
    const here = current ?? (step > 0 ? -1 : Infinity);
    const next =
      step > 0 ? ats.find(at => at > here) : ats.filter(at => at < here).at(-1);
    const target = next ?? (step > 0 ? ats[0] : ats.at(-1));
    if (target !== undefined) {
      goTo(target);
    }
  };
  const toEnd = () => {
    setFollowing(props.live);
    void reader.goToEnd();
  };
  const onKeyDown = (event: React.KeyboardEvent) => {
    const handled = handleKey(event, field.current, {
      find: () => field.current?.select(),
      step: stepMatch,
      error: stepError,
      wrap: () => setWrapped(!isWrapped(lines.current)),
      start: () => {
        setFollowing(false);
        void reader.goToStart();
      },
      end: toEnd
    });
    if (handled) {
      event.preventDefault();
      event.stopPropagation();
    }
  };
  const url = source.download(place);
  const nothing = head !== null && part.lines.length === 0;
  return (
    <section
      className={`jp-kfp-Log ${
        wrapped === null ? '' : wrapped ? 'jp-mod-wrapped' : 'jp-mod-unwrapped'
      }`}
      aria-label={trans.__('Log of %1', props.name)}
      onKeyDown={onKeyDown}
    >
      <div
        className="jp-kfp-Log-bar"
        role="group"
        aria-label={trans.__('Log tools')}
      >
        {props.children}
        <LogPlaces
          attempt={place.attempt ?? head?.attempt ?? 1}
          attempts={head?.attempts ?? 1}
          container={place.container ?? head?.container ?? ''}
          containers={head?.containers ?? []}
          onAttempt={attempt => setPlace({ ...place, attempt })}
          onContainer={container => setPlace({ ...place, container })}
        />
        <LogSearchField
          field={field}
          search={search}
          onSearch={setSearch}
          found={found}
          error={error}
          onStep={stepMatch}
          onLeave={() => lines.current?.focus()}
        />
        <span className="jp-kfp-Log-tools">
          <IconButton
            icon="warning"
            label={trans.__('Next error (E)')}
            onClick={() => stepError(1)}
          />
          <IconButton
            icon="aim"
            label={
              props.live
                ? trans.__('Follow (End)')
                : trans.__('Go to the end (End)')
            }
            pressed={props.live ? following : undefined}
            onClick={toEnd}
          />
          <IconButton
            icon="wrap"
            label={trans.__('Wrap lines (W)')}
            pressed={wrapped ?? undefined}
            onClick={() => setWrapped(!isWrapped(lines.current))}
          />
          <CopyButton
            icon
            text={() => part.lines.map(({ text }) => text).join('\n')}
            label={trans.__('Copy what is loaded')}
          />
          {url && (
            <a
              className="jp-kfp-IconButton"
              href={url}
              download
              aria-label={trans.__('Download the log')}
              title={trans.__('Download the log')}
            >
              <Icon name="download" />
            </a>
          )}
        </span>
      </div>
      <div className="jp-kfp-Log-body">
        {nothing || (!head && state.error) ? (
          <NoLog
            live={props.live}
            reason={head?.reason ?? null}
            error={state.error}
            onRetry={() => reader.retry(props.start)}
          />
        ) : (
          <>
            <LogLines
              ref={lines}
              name={props.name}
              state={state}
              errors={errors.marked}
              current={current}
              mark={mark}
              following={following}
              onLeaveEnd={() => setFollowing(false)}
              onReachStart={() => void reader.loadBefore()}
              onReachEnd={() => void reader.loadAfter()}
            />
            <LogMap
              part={part}
              size={head?.size ?? part.end}
              errors={errors.stops}
              found={found?.matches ?? []}
              onGoTo={at => goTo(at)}
            />
          </>
        )}
        {!following && state.unread > 0 && (
          <button type="button" className="jp-kfp-Log-unread" onClick={toEnd}>
            {trans._n(
              '↓ %2 new line',
              '↓ %2 new lines',
              state.unread,
              numberText(state.unread, trans)
            )}
          </button>
        )}
      </div>
      <LogFoot
        state={state}
        live={props.live}
        atEnd={reader.atEnd()}
        onRetry={() => reader.retry(props.start)}
      />
    </section>
  );
}
