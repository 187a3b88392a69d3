import type { Range } from '@tanstack/react-virtual';
import { defaultRangeExtractor, useVirtualizer } from '@tanstack/react-virtual';
import * as React from 'react';

import { useTrans } from '../model/environment';
import { sizeText } from '../model/i18n';
import { lineAt } from './lines';
import { Line } from './log-line';
import type { LogState } from './reader';

/** The usual height of a line (pixels); the real one is measured. */
const LINE = 18;

/** The most lines that are in the document at a time. */
const DRAWN = 300;

/** So close to an edge (pixels) more is read. */
const EDGE = 600;

/** The lines of a log: as many elements as are seen. */
export const LogLines = React.forwardRef<
  HTMLDivElement,
  {
    name: string;
    state: LogState;
    errors: ReadonlySet<number>;
    /** The first byte of the line that was gone to. */
    current: number | null;
    mark: RegExp | null;
    /** Whether the end stays in sight. */
    following: boolean;
    onLeaveEnd: () => void;
    onReachStart: () => void;
    onReachEnd: () => void;
  }
>(function LogLines(props, given): JSX.Element {
  const trans = useTrans();
  const { state, following } = props;
  const { part, target, head } = state;
  const { lines } = part;
  const scroller = React.useRef<HTMLDivElement>(null);
  React.useImperativeHandle(given, () => scroller.current as HTMLDivElement);
  const getItemKey = React.useCallback(
    (index: number) => lines[index]?.at ?? index,
    [lines]
  );
  const virtualizer = useVirtualizer({
    count: lines.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => LINE,
    getItemKey,
    overscan: 20,
    useFlushSync: false,
    rangeExtractor: bounded
  });

  // The line at the top of the view, and how far it is scrolled out.
  const anchor = React.useRef<{ at: number; delta: number } | null>(null);
  const keepAnchor = () => {
    const top = scroller.current?.scrollTop ?? 0;
    const first = virtualizer.getVirtualItemForOffset(top);
    const line = first && lines[first.index];
    anchor.current = line ? { at: line.at, delta: top - first.start } : null;
  };

  const { start } = part;
  const before = React.useRef(start);
  React.useLayoutEffect(() => {
    const kept = anchor.current;
    const index = kept ? lineAt(part, kept.at) : -1;
    if (start !== before.current && kept && index >= 0 && !following) {
      const [offset] = virtualizer.getOffsetForIndex(index, 'start') ?? [0];
      virtualizer.scrollToOffset(offset + kept.delta);
    }
    before.current = start;
  }, [part, start, following, virtualizer]);

  const count = lines.length;
  React.useLayoutEffect(() => {
    if (following && count > 0) {
      virtualizer.scrollToIndex(count - 1, { align: 'end' });
    }
  }, [following, count, part, virtualizer]);

  React.useLayoutEffect(() => {
    const index = target ? lineAt(part, target.at) : -1;
    if (target && index >= 0) {
      virtualizer.scrollToIndex(index, { align: target.place });
    }
    // Only once for each target: new lines must not bring the reader back.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [target, virtualizer]);

  const top = React.useRef(0);
  const onScroll = ({ currentTarget: element }: React.UIEvent<HTMLElement>) => {
    const { scrollTop, scrollHeight, clientHeight } = element;
    const below = scrollHeight - scrollTop - clientHeight;
    if (following && scrollTop < top.current && below > LINE) {
      props.onLeaveEnd();
    }
    if (scrollTop < EDGE && scrollTop < top.current) {
      props.onReachStart();
    } else if (below < EDGE && scrollTop > top.current) {
      props.onReachEnd();
    }
    top.current = scrollTop;
    keepAnchor();
  };

  const everything = React.useRef(false);
  const onKeyDown = (event: React.KeyboardEvent<HTMLElement>) => {
    if ((event.ctrlKey || event.metaKey) && event.key === 'a') {
      event.preventDefault();
      event.stopPropagation();
      window.getSelection()?.selectAllChildren(event.currentTarget);
      everything.current = true;
    }
  };
  const onCopy = (event: React.ClipboardEvent) => {
    if (everything.current) {
      // What is out of sight is in no element, but was selected as well.
      event.clipboardData.setData(
        'text/plain',
        lines.map(({ text }) => text).join('\n')
      );
      event.preventDefault();
    }
  };

  const items = virtualizer.getVirtualItems();
  const shift = items[0]?.start ?? 0;
  const numbered = part.start === 0;
  const rest = (head?.size ?? part.end) - part.end;
  return (
    <div
      ref={scroller}
      className="jp-kfp-Log-lines"
      role="log"
      aria-live="off"
      aria-label={trans.__('Lines of %1', props.name)}
      aria-busy={state.busy}
      tabIndex={0}
      onScroll={onScroll}
      onKeyDown={onKeyDown}
      onCopy={onCopy}
      onMouseDown={() => {
        everything.current = false;
      }}
    >
      {part.start > 0 && (
        <button
          type="button"
          className="jp-kfp-Log-rest"
          onClick={props.onReachStart}
        >
          {trans.__('↑ %1 before this', sizeText(part.start, trans))}
        </button>
      )}
      <div
        className="jp-kfp-Log-sizer"
        style={{ height: virtualizer.getTotalSize() }}
      >
        <div style={{ transform: `translateY(${shift}px)` }}>
          {items.map(({ index, key }) => {
            const line = lines[index];
            return (
              line && (
                <Line
                  key={key}
                  line={line}
                  index={index}
                  number={numbered ? index + 1 : undefined}
                  error={props.errors.has(index)}
                  current={line.at === props.current}
                  mark={props.mark}
                  measure={virtualizer.measureElement}
                />
              )
            );
          })}
        </div>
      </div>
      {rest > 0 && (
        <button
          type="button"
          className="jp-kfp-Log-rest"
          onClick={props.onReachEnd}
        >
          {trans.__('↓ %1 after this', sizeText(rest, trans))}
        </button>
      )}
    </div>
  );
});

function bounded(range: Range): number[] {
  return defaultRangeExtractor(range).slice(0, DRAWN);
}
