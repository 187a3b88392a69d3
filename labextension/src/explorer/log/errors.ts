/** Where a log tells of errors, as indices of its lines. */
export interface ErrorLines {
  /** The lines to go to: an exception's last line, or one that says that something failed. */
  stops: readonly number[];
  /** All lines of a traceback, and the others. */
  marked: ReadonlySet<number>;
}

const TRACEBACK = /^\s*(?:[|+ ]*)Traceback \(most recent call last\):/;
const INDENTED = /^[\s|+]/;
const SAYS_SO = /\b(?:error|exception|fatal|killed|panic)\b|Error:/i;
/** "no error", "error=0", "errors: 0": nothing has gone wrong. */
const DENIED =
  /\b(?:no|0|without) errors?\b|\berrors?\s*[=:]\s*(?:0|none|null|false)\b/i;

/** The longest traceback that is looked for (lines). */
const LONGEST = 500;

/** The lines that tell of errors. Those inside a traceback are no stops of their own. */
export function errorLines(texts: readonly string[]): ErrorLines {
  const stops: number[] = [];
  const marked = new Set<number>();
  for (let index = 0; index < texts.length; index += 1) {
    const text = texts[index] ?? '';
    if (TRACEBACK.test(text)) {
      const last = endOfTraceback(texts, index);
      for (let line = index; line <= last; line += 1) {
        marked.add(line);
      }
      stops.push(last);
      index = last;
    } else if (SAYS_SO.test(text) && !DENIED.test(text)) {
      stops.push(index);
      marked.add(index);
    }
  }
  return { stops, marked };
}

/** The line with the exception: the first that is not indented, after the frames. */
function endOfTraceback(texts: readonly string[], start: number): number {
  const most = Math.min(texts.length, start + LONGEST);
  for (let index = start + 1; index < most; index += 1) {
    const text = texts[index] ?? '';
    if (text !== '' && !INDENTED.test(text)) {
      return index;
    }
  }
  return most - 1;
}

/** Where to open the log of a task that failed; null for its end. */
export function firstStop(texts: readonly string[]): number | null {
  const { stops } = errorLines(texts);
  const tracebacks = stops.filter(
    stop => stop > 0 && INDENTED.test(texts[stop - 1] ?? '')
  );
  return tracebacks.at(-1) ?? stops.at(-1) ?? null;
}
