import * as React from 'react';

import type { Run } from '../api/types';
import { useEnvironment, useTrans } from '../model/environment';
import {
  clockSpan,
  clockTime,
  distance,
  duration,
  exactTime,
  parse,
  TICK
} from '../model/time';

const Clock = React.createContext(0);

/** Gives the time to everything inside; it stands still while nobody looks. */
export function ClockProvider(props: {
  children: React.ReactNode;
}): JSX.Element {
  const { visible } = useEnvironment();
  const [now, setNow] = React.useState(() => Date.now());
  React.useEffect(() => {
    if (!visible) {
      return;
    }
    const tick = () => setNow(Date.now());
    const soon = setTimeout(tick, 0);
    const timer = setInterval(tick, TICK);
    return () => {
      clearTimeout(soon);
      clearInterval(timer);
    };
  }, [visible]);
  return <Clock.Provider value={now}>{props.children}</Clock.Provider>;
}

/** The time of day (milliseconds since 1970), a few seconds exact. */
export function useNow(): number {
  return React.useContext(Clock);
}

/** "3 min. ago", with the exact time on hover. */
export function RelativeTime(props: {
  /** ISO 8601, or milliseconds since 1970; nothing is shown for null. */
  time: string | number | null;
  className?: string;
}): JSX.Element | null {
  const trans = useTrans();
  const now = useNow();
  const date = parse(props.time);
  if (!date) {
    return null;
  }
  return (
    <time
      className={props.className}
      dateTime={date.toISOString()}
      title={exactTime(date, trans)}
    >
      {distance(date, now, trans)}
    </time>
  );
}

/** How long something took, or takes so far; nothing where it has not begun. */
export function Duration(props: {
  from: string | null;
  to: string | null;
  /** Whether it still goes on when `to` is null. */
  running: boolean;
}): JSX.Element | null {
  const trans = useTrans();
  const now = useNow();
  const text = duration(
    props.from,
    props.to ?? (props.running ? Math.max(now, 0) : null),
    trans
  );
  return text ? <span>{text}</span> : null;
}

/** How long a run took; while it goes on, its beginning says as much. */
export function RunDuration({ run }: { run: Run }): JSX.Element {
  return (
    <Duration from={run.created_at} to={run.finished_at} running={false} />
  );
}

/** "06:47:35 – 06:47:51 (16 s)"; while it goes on, since when and for how long. */
export function Span(props: {
  from: string | null;
  to: string | null;
  running: boolean;
}): JSX.Element | null {
  const trans = useTrans();
  const now = useNow();
  const { from, to } = props;
  const text = clockSpan(from, to, now, trans);
  const start = parse(from);
  if (!text) {
    return null;
  }
  const lasts = !to && props.running && duration(from, Math.max(now, 0), trans);
  return (
    <span title={start ? exactTime(start, trans) : undefined}>
      {lasts ? trans.__('%1 – now (%2)', text, lasts) : text}
    </span>
  );
}

/** "06:47:35", with its date when that is not today's. */
export function ClockTime(props: {
  time: string | null;
  className?: string;
}): JSX.Element | null {
  const trans = useTrans();
  const now = useNow();
  const date = parse(props.time);
  return date ? (
    <time
      className={props.className}
      dateTime={date.toISOString()}
      title={exactTime(date, trans)}
    >
      {clockTime(date, now, trans)}
    </time>
  ) : null;
}
