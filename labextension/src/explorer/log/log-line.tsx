import * as React from 'react';

import { useTrans } from '../model/environment';
import { sizeText } from '../model/i18n';
import type { Colour, Look } from './ansi';
import { piecesOf } from './ansi';
import type { LogLine } from './lines';
import { withLinks } from './links';

/** Lines longer than this are cut until the reader asks for the rest (characters). */
const LONGEST = 4_000;

/** One line of a log. What is in it is text, never markup. */
export const Line = React.memo(function Line(props: {
  line: LogLine;
  index: number;
  /** Its number, where the beginning of the log is here. */
  number?: number;
  error: boolean;
  /** Whether it is what a search, or a step to an error, led to. */
  current: boolean;
  /** What is marked in it. */
  mark: RegExp | null;
  measure: (element: Element | null) => void;
}): JSX.Element {
  const trans = useTrans();
  const { line, error, current, number, measure } = props;
  const [whole, setWhole] = React.useState(false);
  const cut = !whole && line.text.length > LONGEST;
  // What is cut has no colours: they are rarely in lines of that length.
  const pieces = cut
    ? [{ text: line.text.slice(0, LONGEST), look: {} }]
    : piecesOf(line.raw, line.look);
  return (
    <div
      ref={measure}
      data-index={props.index}
      className={`jp-kfp-Log-line ${error ? 'jp-mod-error' : ''} ${
        current ? 'jp-mod-current' : ''
      }`}
      aria-current={current || undefined}
    >
      {number !== undefined && (
        // Made by CSS, so that copying leaves it out.
        <span className="jp-kfp-Log-number" data-number={number} />
      )}
      <span className="jp-kfp-Log-text">
        {pieces.map((piece, index) => (
          <Piece key={index} look={piece.look}>
            {withLinks(piece.text).map(({ text, href }, part) =>
              href ? (
                <a
                  key={part}
                  href={href}
                  target="_blank"
                  rel="noopener noreferrer"
                >
                  {marked(text, props.mark)}
                </a>
              ) : (
                <React.Fragment key={part}>
                  {marked(text, props.mark)}
                </React.Fragment>
              )
            )}
          </Piece>
        ))}
        {cut && (
          <button
            type="button"
            className="jp-kfp-Log-rest"
            onClick={() => setWhole(true)}
          >
            {trans.__('… %1 more', sizeText(line.text.length - LONGEST, trans))}
          </button>
        )}
        {'\n'}
      </span>
    </div>
  );
});

function Piece(props: { look: Look; children: React.ReactNode }): JSX.Element {
  const { look } = props;
  const classes = (['bold', 'dim', 'italic', 'underline'] as const)
    .filter(name => look[name])
    .map(name => `jp-mod-${name}`);
  const style = styleOf(look);
  return classes.length > 0 || style ? (
    <span className={classes.join(' ') || undefined} style={style}>
      {props.children}
    </span>
  ) : (
    <>{props.children}</>
  );
}

/** Colours of their own are mixed with the text's until they can be read. */
function styleOf(look: Look): React.CSSProperties | undefined {
  const { colour, ground, inverse } = look;
  if (colour === undefined && ground === undefined && !inverse) {
    return undefined;
  }
  if (inverse) {
    return {
      color: 'var(--jp-kfp-background)',
      background: colour === undefined ? 'var(--jp-kfp-text)' : mixed(colour)
    };
  }
  return {
    ...(colour === undefined ? {} : { color: mixed(colour) }),
    ...(ground === undefined
      ? {}
      : { background: `color-mix(in srgb, ${css(ground)} 22%, transparent)` })
  };
}

function mixed(colour: Colour): string {
  return typeof colour === 'number'
    ? css(colour)
    : `color-mix(in srgb, ${colour} 45%, var(--jp-kfp-strong))`;
}

function css(colour: Colour): string {
  return typeof colour === 'number'
    ? `var(--jp-kfp-ansi-${colour % 8})`
    : colour;
}

/** `text` with what `mark` finds in it marked. */
function marked(text: string, mark: RegExp | null): React.ReactNode {
  if (!mark) {
    return text;
  }
  const parts: React.ReactNode[] = [];
  let from = 0;
  for (const { 0: found, index } of text.matchAll(mark)) {
    if (found) {
      parts.push(text.slice(from, index), <mark key={index}>{found}</mark>);
      from = index + found.length;
    }
  }
  return [...parts, text.slice(from)];
}
