import { intlFormatDistance } from 'date-fns';
import * as React from 'react';

import { useEnvironment, useTrans } from './environment';
import type { Trans } from './i18n';
import { localeOf } from './i18n';

const Clock = React.createContext(0);

/** How often what depends on the time of day is shown anew (milliseconds). */
const TICK = 5_000;

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

/** How long ago, or how far ahead, in the reader's language. */
export function distance(date: Date, now: number, trans: Trans): string {
  const exact = Math.abs(date.getTime() - now) > TICK;
  return intlFormatDistance(date, exact ? now : date, {
    style: 'short',
    locale: localeOf(trans)
  });
}

/** The exact time in the reader's language and zone. */
export function exactTime(date: Date, trans: Trans): string {
  return exactFormat(localeOf(trans)).format(date);
}

const EXACT = new Map<string | undefined, Intl.DateTimeFormat>();

/** Made once: that takes as long as a hundred uses, and each row of a list has some. */
function exactFormat(locale: string | undefined): Intl.DateTimeFormat {
  const format =
    EXACT.get(locale) ??
    new Intl.DateTimeFormat(locale, { dateStyle: 'full', timeStyle: 'long' });
  EXACT.set(locale, format);
  return format;
}

/** How long something took, to two units: "1 h 5 min"; empty when unknown. */
export function duration(
  from: string | null,
  to: string | number | null,
  trans: Trans
): string {
  const start = parse(from);
  const end = parse(to);
  if (!start || !end || end < start) {
    return '';
  }
  const seconds = Math.round((end.getTime() - start.getTime()) / 1000);
  const minutes = Math.floor(seconds / 60);
  const hours = Math.floor(minutes / 60);
  const days = Math.floor(hours / 24);
  const units = [
    [days, trans.__('%1 d', days)],
    [hours % 24, trans.__('%1 h', hours % 24)],
    [minutes % 60, trans.__('%1 min', minutes % 60)],
    [seconds % 60, trans.__('%1 s', seconds % 60)]
  ] as const;
  const first = units.findIndex(([count]) => count > 0);
  const said = units
    .slice(first, first + 2)
    .filter(([count]) => count > 0)
    .map(([, text]) => text);
  return first < 0
    ? trans.__('%1 s', 0)
    : new Intl.ListFormat(localeOf(trans), {
        type: 'unit',
        style: 'narrow'
      }).format(said);
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

function parse(time: string | number | null): Date | null {
  if (time === null || time === '' || time === 0) {
    return null;
  }
  const date = new Date(time);
  return Number.isNaN(date.getTime()) ? null : date;
}
