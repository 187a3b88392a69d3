import { expect, it } from 'vitest';

import { english } from '../../src/explorer/model/i18n';
import { nextTimes, scheduleWords } from '../../src/explorer/model/schedule';
import { aRecurringRun } from '../fake';

const words = (cron: string) =>
  scheduleWords(aRecurringRun('q', { cron }), english);

it.each([
  ['0 0 2 * * *', 'daily at 02:00 UTC'],
  ['0 2 * * *', 'daily at 02:00 UTC'],
  ['0 15 * * * *', 'hourly at minute 15'],
  ['0 30 6 * * MON', 'on Monday at 06:30 UTC'],
  ['0 30 6 * * 1-5', 'on weekdays at 06:30 UTC'],
  ['0 0 5 1 * ?', 'monthly on day 1 at 05:00 UTC'],
  ['0 30 7 1 */3 *', 'cron 0 30 7 1 */3 *'],
  ['nonsense', 'cron nonsense']
])('says %s in words', (cron, said) => expect(words(cron)).toBe(said));

it('says an interval in words', () => {
  const recurring = aRecurringRun('q', { cron: '', interval_seconds: 21_600 });
  expect(scheduleWords(recurring, english)).toBe('every 6 h');
});

const next = (cron: string, change = {}, count = 3) =>
  nextTimes(
    aRecurringRun('q', { cron, ...change }),
    Date.parse('2026-11-28T14:00:00Z'),
    count
  ).map(time => time.toISOString().slice(0, 16));

it('knows the next times, in UTC', () => {
  expect(next('0 0 2 * * *')).toEqual([
    '2026-11-29T02:00',
    '2026-11-30T02:00',
    '2026-12-01T02:00'
  ]);
  expect(next('0 30 7 1 */3 *')[0]).toBe('2027-01-01T07:30');
  expect(next('0 0 12 29 2 *', {}, 1)).toEqual(['2028-02-29T12:00']);
  // A day of the month or of the week, where both are given.
  expect(next('0 0 0 1 * MON', {}, 2)).toEqual([
    '2026-11-30T00:00',
    '2026-12-01T00:00'
  ]);
});

it('knows none where it is disabled, over, or not understood', () => {
  expect(next('0 0 2 * * *', { enabled: false })).toEqual([]);
  expect(next('0 0 2 * * *', { end_time: '2026-11-29T01:00:00Z' })).toEqual([]);
  expect(next('0 0 2 31 2 *')).toEqual([]);
  expect(next('nonsense')).toEqual([]);
});
