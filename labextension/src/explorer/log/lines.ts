import type { Look } from './ansi';
import { lookAfter, PLAIN, plainText } from './ansi';

/** A line of a log. */
export interface LogLine {
  /** Where it begins (bytes). */
  at: number;
  /** As it was written, escapes included. */
  raw: string;
  /** As it is read. */
  text: string;
  /** How its first character looks. */
  look: Look;
}

/** A connected piece of a log. */
export interface LogPart {
  lines: readonly LogLine[];
  /** Where it begins and ends (bytes). */
  start: number;
  end: number;
}

export interface LogText {
  text: string;
  /** Where it begins (bytes). */
  offset: number;
  /** Where it ends (bytes). */
  next_offset: number;
}

/** The most that is kept in the page. */
export const MOST = { lines: 5_000, bytes: 4 * 1024 * 1024 };

export const NOTHING: LogPart = { lines: [], start: 0, end: 0 };

/** The part that a piece of text is. */
export function partOf({ text, offset, next_offset }: LogText): LogPart {
  return {
    lines: linesOf(text, offset, PLAIN),
    start: offset,
    end: next_offset
  };
}

/** `part` with the text that follows it; what is too much goes from its beginning. */
export function appended(part: LogPart, next: LogText): LogPart {
  if (next.offset !== part.end || part.lines.length === 0) {
    return partOf(next);
  }
  const last = part.lines.at(-1) as LogLine;
  const whole = isWhole(last);
  const kept = whole ? part.lines : part.lines.slice(0, -1);
  const text = whole ? next.text : last.raw + next.text;
  const lines = [
    ...kept,
    ...linesOf(
      text,
      whole ? next.offset : last.at,
      whole ? lookAfter(last.raw, last.look) : last.look
    )
  ];
  const from = firstKept(lines, next.next_offset);
  return {
    lines: from > 0 ? lines.slice(from) : lines,
    start: from > 0 ? (lines[from]?.at ?? part.start) : part.start,
    end: next.next_offset
  };
}

/** `part` with the text before it; what is too much goes from its end. */
export function prepended(part: LogPart, previous: LogText): LogPart {
  const [first, ...others] = part.lines;
  if (previous.next_offset !== part.start || !first) {
    return partOf(previous);
  }
  const whole = previous.text === '' || previous.text.endsWith('\n');
  const lines = [
    ...linesOf(
      whole ? previous.text : previous.text + first.raw,
      previous.offset,
      PLAIN
    ),
    ...(whole ? [first] : []),
    ...others
  ];
  const to = lastKept(lines, previous.offset);
  return {
    lines: lines.slice(0, to),
    start: previous.offset,
    end: lines[to]?.at ?? part.end
  };
}

/** Which line holds a byte of the log; -1 where it is not in this part. */
export function lineAt(part: LogPart, offset: number): number {
  if (offset < part.start || offset >= part.end) {
    return -1;
  }
  let low = 0;
  let high = part.lines.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((part.lines[middle]?.at ?? 0) <= offset) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low - 1;
}

/** The lines of a text; the last one may still grow. */
function linesOf(text: string, offset: number, look: Look): LogLine[] {
  const lines: LogLine[] = [];
  let at = offset;
  let current = look;
  let from = 0;
  while (from < text.length) {
    const end = text.indexOf('\n', from);
    const to = end < 0 ? text.length : end + 1;
    const raw = text.slice(from, to);
    lines.push({ at, raw, text: plainText(raw), look: current });
    current = lookAfter(raw, current);
    at += byteLength(raw);
    from = to;
  }
  return lines;
}

function isWhole({ raw }: LogLine): boolean {
  return raw.endsWith('\n');
}

function firstKept(lines: readonly LogLine[], end: number): number {
  let from = Math.max(0, lines.length - MOST.lines);
  while (
    from < lines.length - 1 &&
    end - (lines[from]?.at ?? end) > MOST.bytes
  ) {
    from += 1;
  }
  return from;
}

function lastKept(lines: readonly LogLine[], start: number): number {
  let to = Math.min(lines.length, MOST.lines);
  while (to > 1 && (lines[to - 1]?.at ?? start) - start > MOST.bytes) {
    to -= 1;
  }
  return to;
}

/** How many bytes a text takes in UTF-8. */
export function byteLength(text: string): number {
  let bytes = text.length;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code > 0x7f) {
      // Each half of a surrogate pair takes two of four bytes.
      bytes += code > 0x7ff && (code < 0xd800 || code > 0xdfff) ? 2 : 1;
    }
  }
  return bytes;
}
