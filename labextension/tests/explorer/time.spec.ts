import { describe, expect, it } from 'vitest';

import { english } from '../../src/explorer/model/i18n';
import { clockSpan, distance, duration } from '../../src/explorer/model/time';

const NOON = Date.parse('2026-11-23T12:00:00Z');

describe('distance', () => {
  it.each([
    ['2026-11-23T11:57:00Z', '3 min. ago'],
    ['2026-11-23T12:52:00Z', 'in 52 min.'],
    ['2026-11-22T12:00:00Z', 'yesterday']
  ])('of %s is %s', (time, words) => {
    expect(distance(new Date(time), NOON, english)).toBe(words);
  });

  it('does not mind clocks that differ by seconds', () => {
    expect(distance(new Date(NOON + 2000), NOON, english)).toBe('now');
  });
});

describe('duration', () => {
  it.each([
    ['2026-11-23T12:00:00Z', '0 s'],
    ['2026-11-23T12:00:59Z', '59 s'],
    ['2026-11-23T12:04:12Z', '4 min 12 s'],
    ['2026-11-23T12:04:00Z', '4 min'],
    ['2026-11-23T13:05:20Z', '1 h 5 min'],
    ['2026-11-25T12:00:09Z', '2 d'],
    ['2026-11-23T11:00:00Z', '']
  ])('until %s is "%s"', (end, words) => {
    expect(duration('2026-11-23T12:00:00Z', end, english)).toBe(words);
  });

  it('is empty while the beginning or the end is unknown', () => {
    expect(duration(null, NOON, english)).toBe('');
    expect(duration('2026-11-23T12:00:00Z', null, english)).toBe('');
    expect(duration('soon', NOON, english)).toBe('');
  });
});

describe('times on the clock', () => {
  const now = new Date(2026, 10, 28, 12).getTime();
  const at = (day: number, second: number) =>
    new Date(2026, 10, day, 6, 47, second).toISOString();

  it('have seconds, and how long it took', () => {
    expect(clockSpan(at(28, 35), at(28, 51), now, english)).toBe(
      '06:47:35 – 06:47:51 (16 s)'
    );
  });

  it('have a date when it is not today, and say it once', () => {
    expect(clockSpan(at(26, 35), at(26, 51), now, english)).toMatch(
      /^\D*26\D*06:47:35 – 06:47:51 \(16 s\)$/
    );
    expect(clockSpan(at(26, 35), at(27, 35), now, english)).toMatch(
      /26.*06:47:35 – .*27.*06:47:35 \(1 d\)$/
    );
  });

  it('say what is known', () => {
    expect(clockSpan(at(28, 35), null, now, english)).toBe('06:47:35');
    expect(clockSpan(null, null, now, english)).toBe('');
  });
});
