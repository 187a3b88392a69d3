import * as React from 'react';

/** How long the pointer and the focus must have been away for rows to move (milliseconds). */
const CALM = 2_000;

/**
 * Whether a list must hold still: it is scrolled, rows are selected, or the pointer or the
 * focus has been in it a moment ago.
 */
export function useStillness(
  box: React.RefObject<HTMLElement>,
  selecting: boolean
): {
  still: boolean;
  onTop: (top: boolean) => void;
  /** Scroll to the first row. */
  toTop: () => void;
  /** The reader has asked for what is new. */
  release: () => void;
} {
  const [top, setTop] = React.useState(true);
  const [near, setNear] = React.useState(false);
  React.useEffect(() => {
    const element = box.current;
    if (!element) {
      return;
    }
    let timer: ReturnType<typeof setTimeout> | undefined;
    const come = () => {
      clearTimeout(timer);
      setNear(true);
    };
    const leave = () => {
      clearTimeout(timer);
      timer = setTimeout(() => setNear(false), CALM);
    };
    const listeners = [
      ['pointerenter', come],
      ['pointermove', come],
      ['focusin', come],
      ['pointerleave', leave],
      ['focusout', leave]
    ] as const;
    listeners.forEach(([name, it]) => element.addEventListener(name, it));
    return () => {
      clearTimeout(timer);
      listeners.forEach(([name, it]) => element.removeEventListener(name, it));
    };
  }, [box]);
  const release = React.useCallback(() => setNear(false), []);
  const toTop = React.useCallback(() => {
    release();
    box.current?.querySelector('.jp-kfp-Scroller')?.scrollTo({ top: 0 });
  }, [box, release]);
  return { still: !top || near || selecting, onTop: setTop, toTop, release };
}
