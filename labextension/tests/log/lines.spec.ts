import { describe, expect, it } from 'vitest';

import { errorLines, firstStop } from '../../src/explorer/log/errors';
import {
  appended,
  byteLength,
  lineAt,
  MOST,
  partOf,
  prepended
} from '../../src/explorer/log/lines';

const LOG = 'eins\nzwei ä\n\u001b[31mrot\n€ vier\nende';

/** A piece of the log, by bytes. */
function piece(from: number, to = byteLength(LOG)) {
  const bytes = new TextEncoder().encode(LOG).slice(from, to);
  return {
    text: new TextDecoder().decode(bytes),
    offset: from,
    next_offset: to
  };
}

describe('a part of a log', () => {
  it('grows at its end as if it had been read at once', () => {
    const whole = partOf(piece(0));
    for (const cut of [3, 5, 13, 17, byteLength(LOG) - 1]) {
      expect(appended(partOf(piece(0, cut)), piece(cut))).toEqual(whole);
    }
  });

  it('grows at its beginning', () => {
    const texts = partOf(piece(0)).lines.map(({ at, text }) => [at, text]);
    for (const cut of [2, 5, 13]) {
      const part = prepended(partOf(piece(cut)), piece(0, cut));
      expect(part.start).toBe(0);
      expect(part.lines.map(({ at, text }) => [at, text])).toEqual(texts);
    }
  });

  it('is bounded, wherever it grows', () => {
    const text = 'x\n'.repeat(MOST.lines);
    const full = partOf({ text, offset: 100, next_offset: 100 + text.length });
    const more = appended(full, {
      text: 'a\nb\n',
      offset: full.end,
      next_offset: full.end + 4
    });
    expect(more.lines).toHaveLength(MOST.lines);
    expect(more.start).toBe(104);
    expect(more.lines.at(-1)?.text).toBe('b');
    const earlier = prepended(full, {
      text: 'a\n',
      offset: 98,
      next_offset: 100
    });
    expect(earlier.lines).toHaveLength(MOST.lines);
    expect(earlier.end).toBe(full.end - 2);
  });

  it('is bounded in bytes as well', () => {
    const text = `${'x'.repeat(1024 * 1024 - 1)}\n`;
    let part = partOf({ text, offset: 0, next_offset: text.length });
    for (let turn = 0; turn < 6; turn += 1) {
      part = appended(part, {
        text,
        offset: part.end,
        next_offset: part.end + text.length
      });
    }
    expect(part.end - part.start).toBeLessThanOrEqual(MOST.bytes);
    expect(part.end).toBe(7 * text.length);
  });

  it('knows which line holds a byte', () => {
    const part = partOf(piece(0));
    expect(lineAt(part, 0)).toBe(0);
    expect(lineAt(part, 4)).toBe(0);
    expect(lineAt(part, 5)).toBe(1);
    expect(lineAt(part, part.end - 1)).toBe(4);
    expect(lineAt(part, part.end)).toBe(-1);
  });
});

describe('the errors of a log', () => {
  const TRACEBACK = [
    'INFO starting',
    'ERROR: this was retried',
    'Traceback (most recent call last):',
    '  File "/app/fit.py", line 31, in fit',
    '    raise ValueError("error")',
    'ValueError: Found array with 0 sample(s)',
    'time="now" level=fatal msg="exit"'
  ];

  it('are stops, and a traceback is one of them', () => {
    const { stops, marked } = errorLines(TRACEBACK);
    expect(stops).toEqual([1, 5, 6]);
    expect([...marked]).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it('open the log at the exception, else at the last word of failure', () => {
    expect(firstStop(TRACEBACK)).toBe(5);
    expect(firstStop(['a', 'Killed', 'b'])).toBe(1);
    expect(firstStop(['all went well'])).toBeNull();
  });

  it('are not where it is said that there were none', () => {
    expect(errorLines(['finished with no errors', 'errors=0']).stops).toEqual(
      []
    );
  });
});
