import type { Box, Layout, Point } from './layout';
import type { Size, Viewport } from './viewport';
import { first, fitted, revealing, ZOOM, zoomed } from './viewport';

/** Below this zoom no name can be read. */
const FAR = 0.3;

/** The part of a large drawing whose elements are there (pixels, before zooming). */
export interface Region {
  left: number;
  top: number;
  right: number;
  bottom: number;
  /** Whether it is seen from too far to read anything. */
  far: boolean;
}

/**
 * Where a graph is looked at from.
 *
 * It writes to the elements without rendering anything, so that moving a large graph
 * is smooth; and it outlives the elements, so that the graph is found as it was left.
 */
export class Camera {
  get viewport(): Viewport {
    return this.current ?? { x: 0, y: 0, zoom: 1 };
  }

  /**
   * Show a layout in an element; `label` tells the zoom. Until it is moved, a graph
   * that is too large is shown where the node `start` is.
   */
  show(
    layout: Layout,
    screen: Size | null,
    canvas: HTMLElement | null,
    label: HTMLElement | null,
    start: string | undefined
  ): void {
    const { kept } = this;
    Object.assign(this, { layout, screen, canvas, label });
    if (!screen || screen.width === 0) {
      return; // Another tab is shown.
    }
    this.kept = null;
    const box = kept && layout.boxes.find(({ id }) => id === kept.id);
    if (!this.moved || !this.current) {
      const { boxes } = layout;
      this.apply(
        first(layout, screen, boxes.find(({ id }) => id === start) ?? boxes[0])
      );
    } else if (kept && box) {
      const { x, y, zoom } = this.current;
      this.apply({
        zoom,
        x: x + (kept.x + kept.width / 2 - box.x - box.width / 2) * zoom,
        y: y + (kept.y - box.y) * zoom
      });
    } else {
      this.apply(this.current);
    }
  }

  readonly move = (viewport: Viewport): void => {
    // From now on it is not moved by itself.
    this.moved = true;
    this.apply(viewport);
  };

  readonly zoomBy = (factor: number, at?: Point): void => {
    const { width, height } = this.screen ?? { width: 0, height: 0 };
    this.move(
      zoomed(this.viewport, factor, at ?? { x: width / 2, y: height / 2 })
    );
  };

  /** Show the whole graph. */
  readonly fit = (): void => {
    if (this.screen && this.layout) {
      this.move(fitted(this.layout, this.screen, ZOOM.least));
    }
  };

  /** Move as little as it takes to show a node. */
  reveal(id: string): void {
    const box = this.layout?.boxes.find(it => it.id === id);
    if (box && this.screen && this.screen.width > 0) {
      const { x, y } = this.viewport;
      const next = revealing(this.viewport, titlePart(box), this.screen);
      if (next.x !== x || next.y !== y) {
        this.move(next);
      }
    }
  }

  /** What is seen and a screen around it; another one only when that is left. */
  readonly region = (): Region => this.around;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  /** Let a node stay where it is on the screen when the layout changes next. */
  keep(id: string): void {
    this.moved = true;
    this.kept = this.layout?.boxes.find(box => box.id === id) ?? null;
  }

  private apply(viewport: Viewport): void {
    const { x, y, zoom } = viewport;
    this.current = viewport;
    if (this.canvas) {
      this.canvas.style.transform = `translate(${x}px, ${y}px) scale(${zoom})`;
      this.canvas.classList.toggle('jp-mod-far', zoom < FAR);
    }
    if (this.label) {
      this.label.textContent = `${Math.round(zoom * 100)} %`;
    }
    this.look(viewport);
  }

  private look({ x, y, zoom }: Viewport): void {
    const width = (this.screen?.width ?? 0) / zoom;
    const height = (this.screen?.height ?? 0) / zoom;
    const [left, top] = [-x / zoom, -y / zoom];
    const [right, bottom] = [left + width, top + height];
    const { around } = this;
    const far = zoom < FAR;
    if (
      far !== around.far ||
      left < around.left ||
      top < around.top ||
      right > around.right ||
      bottom > around.bottom ||
      around.right - around.left > 2 * WIDEST * width
    ) {
      const by = (WIDEST - 1) / 2;
      this.around = {
        left: left - by * width,
        top: top - by * height,
        right: right + by * width,
        bottom: bottom + by * height,
        far
      };
      this.listeners.forEach(listener => listener());
    }
  }

  private around: Region = { left: 0, top: 0, right: 0, bottom: 0, far: false };
  private readonly listeners = new Set<() => void>();
  private current: Viewport | null = null;
  private moved = false;
  private kept: Box | null = null;
  private layout: Layout | null = null;
  private screen: Size | null = null;
  private canvas: HTMLElement | null = null;
  private label: HTMLElement | null = null;
}

/** How many screens wide and high the region is. */
const WIDEST = 3;

/** How much of an open group has to be seen (pixels). */
const TITLE = 160;

/** The part of a box that has to be seen: of an open group its title. */
function titlePart(box: Box): Point & Size {
  return box.open ? { ...box, height: Math.min(box.height, TITLE) } : box;
}
