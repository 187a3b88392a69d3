import { describe, expect, it } from 'vitest';

import { english } from '../../src/explorer/model/i18n';
import { graphOf } from '../../src/explorer/run/graph';
import type { TimelineRow } from '../../src/explorer/run/timeline';
import {
  percent,
  scaleOf,
  ticksOf,
  timelineRows
} from '../../src/explorer/run/timeline';
import { aRun } from '../fake';
import { aNestedRun, ran } from './pipelines';

const NOW = Date.parse('2026-11-23T12:00:00Z');
const rowsOf = (run: ReturnType<typeof aRun>) =>
  timelineRows(graphOf(run, english));

/** A row from and to these seconds. */
const row = (start: number | null, end: number | null) =>
  ({
    start: start === null ? null : start * 1000,
    end: end === null ? null : end * 1000
  }) as TimelineRow;

describe('the rows', () => {
  it('are in the order of their beginning, each below its group', () => {
    const at = (time: string) => ({ started_at: `2026-11-23T10:${time}Z` });
    const rows = rowsOf(
      aRun('r', {
        tasks: [
          ran('root', ''),
          ran('late', 'root', at('05:00')),
          ran('group', 'root', at('01:00')),
          ran('inner', 'group', at('02:00')),
          ran('waiting', 'root', {
            state: '',
            started_at: null,
            finished_at: null
          })
        ]
      })
    );
    expect(rows.map(({ node, depth }) => [node.name, depth])).toEqual([
      ['group', 0],
      ['inner', 1],
      ['late', 0],
      ['waiting', 0]
    ]);
    expect(rows[3]?.start).toBeNull();
  });

  it('leave out what Pipelines does not tell of', () => {
    const names = rowsOf(aNestedRun()).map(({ node }) => node.name);
    expect(names).toContain('train');
    expect(names).not.toContain('report');
  });

  it('have no end while something goes on', () => {
    const rows = rowsOf(aNestedRun());
    expect(rows.find(({ node }) => node.name === 'clean-up')?.end).toBeNull();
  });
});

describe('the scale', () => {
  it('goes from the first beginning to the last end', () => {
    const { from, to } = scaleOf([row(10, 20), row(5, 12)], NOW, 8);
    expect([from, to]).toEqual([5_000, 20_000]);
  });

  it('has room while something runs, and doubles when that is used up', () => {
    const end = (now: number) => scaleOf([row(10, null)], now, 8).to;
    expect(end(100_000)).toBe(138_000);
    expect(end(130_000)).toBe(138_000);
    expect(end(139_000)).toBe(266_000);
  });

  it.each([
    [10, 1],
    [60, 10],
    [90, 10],
    [3_600, 600],
    [86_400, 10_800],
    [40 * 86_400, 7 * 86_400]
  ])('has few and round ticks for %d seconds', (seconds, step) => {
    const scale = scaleOf([row(0, seconds)], NOW, 10);
    expect(scale.step).toBe(step * 1000);
    expect(ticksOf(scale).length).toBeLessThanOrEqual(11);
    expect(ticksOf(scale)[0]).toBe(0);
  });

  it('makes do with nothing, with no time at all and with no room', () => {
    for (const rows of [[], [row(null, null)], [row(5, 5)]]) {
      for (const ticks of [0, 5]) {
        const scale = scaleOf(rows, NOW, ticks);
        expect(scale.to).toBeGreaterThan(scale.from);
        expect(ticksOf(scale).length).toBeLessThanOrEqual(6);
      }
    }
  });

  it('places times between 0 and 100', () => {
    const scale = { from: 0, to: 200, step: 50 };
    expect([-5, 0, 50, 200, 300].map(time => percent(scale, time))).toEqual([
      0, 0, 25, 100, 100
    ]);
  });
});
