import { intlFormatDistance } from 'date-fns';

import type { Trans } from './i18n';
import { localeOf } from './i18n';

/** How often what depends on the time of day is shown anew (milliseconds). */
export const TICK = 5_000;

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

/**
 * When something began and ended on the clock: "06:47:35 – 06:47:51 (16 s)". The date is
 * there when it is not today's; without an end, or a beginning, what is known.
 */
export function clockSpan(
  from: string | null,
  to: string | null,
  now: number,
  trans: Trans
): string {
  const start = parse(from);
  const end = parse(to);
  const first = start && clockTime(start, now, trans);
  // The date is not said twice.
  const last = end && clockTime(end, start?.getTime() ?? now, trans);
  if (!first || !last) {
    return first ?? last ?? '';
  }
  const took = duration(from, to, trans);
  return took
    ? trans.__('%1 – %2 (%3)', first, last, took)
    : trans.__('%1 – %2', first, last);
}

/** A time with its seconds, and its date when that is not today's. */
export function clockTime(date: Date, now: number, trans: Trans): string {
  const today = new Date(now).toDateString() === date.toDateString();
  return clockFormat(localeOf(trans), today).format(date);
}

const CLOCKS = new Map<string, Intl.DateTimeFormat>();

function clockFormat(
  locale: string | undefined,
  today: boolean
): Intl.DateTimeFormat {
  const key = `${locale} ${today}`;
  const format =
    CLOCKS.get(key) ??
    new Intl.DateTimeFormat(locale, {
      ...(today ? {} : { day: 'numeric', month: 'short' }),
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
      hourCycle: 'h23'
    });
  CLOCKS.set(key, format);
  return format;
}

/** The zone that clock times are in, such as "GMT+1". */
export function zoneName(trans: Trans): string {
  return (
    new Intl.DateTimeFormat(localeOf(trans), { timeZoneName: 'short' })
      .formatToParts(0)
      .find(({ type }) => type === 'timeZoneName')?.value ?? ''
  );
}

/** A time as the wire has it; null for none. */
export function parse(time: string | number | null): Date | null {
  if (time === null || time === '' || time === 0) {
    return null;
  }
  const date = new Date(time);
  return Number.isNaN(date.getTime()) ? null : date;
}
