import { describe, expect, it } from 'vitest';

import { english } from '../../src/explorer/model/i18n';
import { distance, duration } from '../../src/explorer/model/time';

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
