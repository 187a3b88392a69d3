import type { RecurringRun } from '../api/types';
import type { Trans } from './i18n';
import { localeOf } from './i18n';
import { duration } from './time';

/** A cron expression as KFP takes it: seconds first; sets of the numbers that fit. */
interface Cron {
  second: ReadonlySet<number>;
  minute: ReadonlySet<number>;
  hour: ReadonlySet<number>;
  day: ReadonlySet<number>;
  month: ReadonlySet<number>;
  weekday: ReadonlySet<number>;
  /** Whether any day of the month, of the week, will do. */
  anyDay: boolean;
  anyWeekday: boolean;
}

const RANGES = [
  [0, 59],
  [0, 59],
  [0, 23],
  [1, 31],
  [1, 12],
  [0, 6]
] as const;

const WORDS: readonly (readonly string[])[] = [
  [],
  [],
  [],
  [],
  'JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC'.split(' '),
  'SUN MON TUE WED THU FRI SAT'.split(' ')
];

/** What an expression says; null where it is none that is known. */
function parseCron(expression: string): Cron | null {
  const fields = expression.trim().split(/\s+/);
  if (fields.length === 5) {
    fields.unshift('0');
  }
  const sets = fields.map((field, index) => setOf(field, index));
  if (fields.length !== 6 || sets.some(set => set === null)) {
    return null;
  }
  const [second, minute, hour, day, month, weekday] =
    sets as ReadonlySet<number>[];
  return {
    second,
    minute,
    hour,
    day,
    month,
    weekday,
    anyDay: isAny(fields[3]),
    anyWeekday: isAny(fields[5])
  } as Cron;
}

function isAny(field: string | undefined): boolean {
  return field === '*' || field === '?';
}

function setOf(field: string, index: number): ReadonlySet<number> | null {
  const [low, high] = RANGES[index] ?? [0, 0];
  const numbers = new Set<number>();
  const numberOf = (text: string): number => {
    const word = WORDS[index]?.indexOf(text.toUpperCase()) ?? -1;
    return word < 0 ? Number(text) : word + (index === 4 ? 1 : 0);
  };
  for (const part of field.split(',')) {
    const match = /^(\*|\?|\w+)(?:-(\w+))?(?:\/(\d+))?$/.exec(part);
    if (!match) {
      return null;
    }
    const [, from = '', to, step = '1'] = match;
    const any = from === '*' || from === '?';
    const first = any ? low : numberOf(from);
    const last = to ? numberOf(to) : any || match[3] ? high : first;
    if (![first, last].every(it => it >= low && it <= high) || step === '0') {
      return null;
    }
    for (let it = first; it <= last; it += Number(step)) {
      numbers.add(it);
    }
  }
  return numbers;
}

/** When a recurring run starts runs: "daily at 02:00 UTC", "every 6 h". */
export function scheduleWords(recurring: RecurringRun, trans: Trans): string {
  if (!recurring.cron) {
    const seconds = recurring.interval_seconds;
    const start = new Date(0).toISOString();
    return seconds
      ? trans.__('every %1', duration(start, seconds * 1000, trans))
      : '';
  }
  const cron = parseCron(recurring.cron);
  return (
    (cron && cronWords(cron, trans)) || trans.__('cron %1', recurring.cron)
  );
}

function cronWords(cron: Cron, trans: Trans): string {
  const [minute, hour, weekday, day] = [
    cron.minute,
    cron.hour,
    cron.weekday,
    cron.day
  ].map(set => [...set]);
  const yearly = cron.month.size < 12;
  if (yearly || minute?.length !== 1 || cron.second.size !== 1) {
    return '';
  }
  const time = `${pad(hour?.[0])}:${pad(minute[0])}`;
  if (cron.anyDay && cron.anyWeekday && cron.hour.size === 24) {
    return trans.__('hourly at minute %1', String(minute[0]));
  }
  if (hour?.length !== 1) {
    return '';
  }
  if (cron.anyDay && cron.anyWeekday) {
    return trans.__('daily at %1 UTC', time);
  }
  if (cron.anyDay && weekday?.join() === '1,2,3,4,5') {
    return trans.__('on weekdays at %1 UTC', time);
  }
  if (cron.anyDay && weekday?.length === 1) {
    return trans.__('on %1 at %2 UTC', weekdayName(weekday[0], trans), time);
  }
  if (cron.anyWeekday && day?.length === 1) {
    return trans.__('monthly on day %1 at %2 UTC', String(day[0]), time);
  }
  return '';
}

function weekdayName(weekday = 0, trans: Trans): string {
  // The first of June 2025 was a Sunday.
  const date = new Date(Date.UTC(2025, 5, 1 + weekday));
  return date.toLocaleDateString(localeOf(trans), {
    weekday: 'long',
    timeZone: 'UTC'
  });
}

/** How far ahead is looked for the next time (days); a 29 February is within it. */
const FAR = 1_500;

const DAY = 86_400_000;

/** The next times at which a cron expression fits, in UTC; none where it is not known. */
export function nextTimes(
  recurring: Pick<RecurringRun, 'cron' | 'enabled' | 'start_time' | 'end_time'>,
  now: number,
  count: number
): Date[] {
  const cron = recurring.cron ? parseCron(recurring.cron) : null;
  const found: Date[] = [];
  if (!cron || !recurring.enabled) {
    return found;
  }
  const from = Math.max(now, Date.parse(recurring.start_time ?? '') || 0);
  const end = Date.parse(recurring.end_time ?? '') || Infinity;
  const midnight = Math.floor(from / DAY) * DAY;
  for (let ahead = 0; ahead < FAR && found.length < count; ahead++) {
    const date = new Date(midnight + ahead * DAY);
    if (!fitsDay(cron, date)) {
      continue;
    }
    for (const time of timesOf(cron)) {
      const at = date.getTime() + time;
      if (at > from && at <= end && found.length < count) {
        found.push(new Date(at));
      }
    }
  }
  return found;
}

function fitsDay(cron: Cron, date: Date): boolean {
  const day = cron.day.has(date.getUTCDate());
  const weekday = cron.weekday.has(date.getUTCDay());
  return (
    cron.month.has(date.getUTCMonth() + 1) &&
    // Where both are given, either will do.
    (cron.anyDay || cron.anyWeekday ? day && weekday : day || weekday)
  );
}

/** The times of a day (milliseconds), in their order. */
function* timesOf({ hour, minute, second }: Cron): Generator<number> {
  for (const h of sorted(hour)) {
    for (const m of sorted(minute)) {
      for (const s of sorted(second)) {
        yield ((h * 60 + m) * 60 + s) * 1000;
      }
    }
  }
}

function sorted(set: ReadonlySet<number>): number[] {
  return [...set].sort((one, other) => one - other);
}

function pad(value = 0): string {
  return String(value).padStart(2, '0');
}
