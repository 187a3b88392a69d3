import * as React from 'react';

/** Names up to this length are not cut in the middle (characters). */
const SHORT = 20;

/** The part at the end that is never cut, and the least of it (characters). */
const TAIL = { longest: 12, shortest: 8 };

/**
 * A name that is cut in the middle where it does not fit: its end, which tells it from
 * others, stays. It is copied and read aloud as a whole.
 */
export function MiddleName(props: {
  text: string;
  /** What was searched for: marked where it occurs. */
  mark?: string;
}): JSX.Element {
  const { text, mark } = props;
  const cut = cutOf(text);
  return (
    <bdi className="jp-kfp-MiddleName" title={text}>
      <span className="jp-kfp-MiddleName-head">
        {marked(text.slice(0, cut), mark)}
      </span>
      {cut < text.length && (
        <span className="jp-kfp-MiddleName-tail">
          {marked(text.slice(cut), mark)}
        </span>
      )}
    </bdi>
  );
}

/** Where the tail begins: at a separator where there is one. */
function cutOf(text: string): number {
  if (text.length <= SHORT) {
    return text.length;
  }
  const from = text.length - TAIL.longest;
  const separator = text.slice(from, -TAIL.shortest).search(/[\s_./-]/);
  const cut =
    separator < 0 ? text.length - TAIL.shortest - 2 : from + separator;
  // Never through the two halves of one character.
  return /[\uDC00-\uDFFF]/.test(text[cut] ?? '') ? cut + 1 : cut;
}

function marked(text: string, mark = ''): React.ReactNode {
  const at = mark ? text.toLowerCase().indexOf(mark.toLowerCase()) : -1;
  if (at < 0) {
    return text;
  }
  const end = at + mark.length;
  return (
    <>
      {text.slice(0, at)}
      <mark>{text.slice(at, end)}</mark>
      {text.slice(end)}
    </>
  );
}
