import * as React from 'react';

import type { Point } from './layout';

/** Where the drawing is: a point of it times `zoom`, plus x and y, is on the screen. */
export interface Viewport extends Point {
  zoom: number;
}

export interface Size {
  width: number;
  height: number;
}

/** The smallest and the largest zoom. */
export const ZOOM = { least: 0.03, most: 2, step: 1.25 } as const;

/** Below this, names cannot be read: a large graph is not made smaller by itself. */
const READABLE = 0.6;

/** Around the drawing (pixels on the screen). */
const MARGIN = 24;

/** The viewport that shows as much of the drawing as possible, never enlarged. */
export function fitted(drawing: Size, screen: Size, least: number): Viewport {
  const zoom = Math.max(
    least,
    Math.min(
      1,
      (screen.width - 2 * MARGIN) / Math.max(1, drawing.width),
      (screen.height - 2 * MARGIN) / Math.max(1, drawing.height)
    )
  );
  const width = drawing.width * zoom;
  const height = drawing.height * zoom;
  return {
    zoom,
    x: Math.max(MARGIN, (screen.width - width) / 2),
    y: Math.max(MARGIN, (screen.height - height) / 2)
  };
}

/**
 * The viewport that is first shown: readable, even if it is not all. What is more than
 * the screen holds is seen where `start` is.
 */
export function first(
  drawing: Size,
  screen: Size,
  start: (Point & Size) | undefined
): Viewport {
  const viewport = fitted(drawing, screen, READABLE);
  const { zoom } = viewport;
  const wide = drawing.width * zoom > screen.width - MARGIN;
  const high = drawing.height * zoom > screen.height - MARGIN;
  return start
    ? {
        zoom,
        x: wide
          ? screen.width / 2 - (start.x + start.width / 2) * zoom
          : viewport.x,
        y: high
          ? Math.min(MARGIN, screen.height / 2 - start.y * zoom)
          : viewport.y
      }
    : viewport;
}

/** `viewport` with another zoom, where `point` of the screen stays in its place. */
export function zoomed(
  viewport: Viewport,
  factor: number,
  point: Point
): Viewport {
  const zoom = Math.min(
    ZOOM.most,
    Math.max(ZOOM.least, viewport.zoom * factor)
  );
  const ratio = zoom / viewport.zoom;
  return {
    zoom,
    x: point.x - (point.x - viewport.x) * ratio,
    y: point.y - (point.y - viewport.y) * ratio
  };
}

/** `viewport` moved as little as it takes to show a part of the drawing. */
export function revealing(
  viewport: Viewport,
  part: Point & Size,
  screen: Size
): Viewport {
  const { zoom } = viewport;
  return {
    zoom,
    x: shifted(viewport.x, part.x * zoom, part.width * zoom, screen.width),
    y: shifted(viewport.y, part.y * zoom, part.height * zoom, screen.height)
  };
}

function shifted(
  origin: number,
  start: number,
  length: number,
  room: number
): number {
  const least = MARGIN - start;
  const most = room - MARGIN - start - length;
  return most < least ? least : Math.min(most, Math.max(least, origin));
}

/** The inner size of an element (pixels); null before it is measured. */
export function useSize(element: React.RefObject<HTMLElement>): Size | null {
  const [size, setSize] = React.useState<Size | null>(null);
  React.useLayoutEffect(() => {
    const measured = element.current;
    if (!measured) {
      return;
    }
    const measure = () => {
      const { clientWidth: width, clientHeight: height } = measured;
      setSize(known =>
        known?.width === width && known.height === height
          ? known
          : { width, height }
      );
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(measured);
    return () => observer.disconnect();
  }, [element]);
  return size;
}
