import * as React from 'react';

import { useTrans } from '../model/environment';
import { useRemembered } from './remembered';

/** How far an arrow key moves the bar (pixels). */
const STEP = 16;

/** Two parts beside each other, or one below the other, with a bar to move between them. */
export function SplitPane(props: {
  /** Where the second part is. */
  side: 'right' | 'below';
  /** Under which name its size is remembered. */
  name: string;
  /** The least size of the second part; it takes at most half (pixels). */
  least: number;
  /** What the second part is, for the bar's name. */
  label: string;
  children: React.ReactNode;
  /** The second part; the first has all the room without it. */
  pane: React.ReactNode;
}): JSX.Element {
  const trans = useTrans();
  const { side, least, pane } = props;
  const frame = React.useRef<HTMLDivElement>(null);
  const [size, setSize] = useRemembered<number>(
    `split-${props.name}-${side}`,
    0
  );
  const across = side === 'right';
  const most = () => {
    const box = frame.current?.getBoundingClientRect();
    return Math.max(least, ((across ? box?.width : box?.height) ?? 0) / 2);
  };
  const resize = (wanted: number) =>
    setSize(Math.round(Math.min(most(), Math.max(least, wanted))));
  const onPointerMove = (event: React.PointerEvent) => {
    const box = frame.current?.getBoundingClientRect();
    if (box && event.currentTarget.hasPointerCapture(event.pointerId)) {
      const mirrored =
        getComputedStyle(event.currentTarget).direction === 'rtl';
      resize(
        !across
          ? box.bottom - event.clientY
          : mirrored
            ? event.clientX - box.left
            : box.right - event.clientX
      );
    }
  };
  const onKeyDown = (event: React.KeyboardEvent) => {
    const current = size || least;
    const change = across
      ? { ArrowLeft: STEP, ArrowRight: -STEP }[event.key]
      : { ArrowUp: STEP, ArrowDown: -STEP }[event.key];
    if (change) {
      event.preventDefault();
      resize(current + change);
    }
  };
  return (
    <div ref={frame} className={`jp-kfp-Split jp-mod-${side}`}>
      <div className="jp-kfp-Split-main">{props.children}</div>
      {pane && (
        <>
          <div
            role="separator"
            className="jp-kfp-Split-bar"
            aria-orientation={across ? 'vertical' : 'horizontal'}
            aria-label={trans.__('Size of: %1', props.label)}
            aria-valuenow={size || least}
            aria-valuemin={least}
            tabIndex={0}
            onPointerDown={event =>
              event.currentTarget.setPointerCapture(event.pointerId)
            }
            onPointerMove={onPointerMove}
            onDoubleClick={() => setSize(0)}
            onKeyDown={onKeyDown}
          />
          <div
            className="jp-kfp-Split-side"
            style={{ flexBasis: size ? `${size}px` : undefined }}
          >
            {pane}
          </div>
        </>
      )}
    </div>
  );
}
