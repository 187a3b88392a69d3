import { cleanup } from '@testing-library/react';
import { afterEach, beforeEach, vi } from 'vitest';

// Of notebooks, tests need nothing but the name of their tracker.
vi.mock('@jupyterlab/notebook', () => ({ INotebookTracker: {} }));

/** How high the part of a list is that can be seen (pixels). */
export const LIST_HEIGHT = 560;

/** jsdom lays nothing out: rows are 28 pixels high, everything else is a list. */
const LAYOUT = {
  offsetHeight: height,
  clientHeight: height,
  offsetWidth: () => 280,
  clientWidth: () => 280
};

function height(this: HTMLElement): number {
  return this.classList.contains('jp-kfp-Row') ? 28 : LIST_HEIGHT;
}

// What JupyterLab's packages look for when they are loaded, and jsdom has not.
globalThis.DragEvent ??= MouseEvent as typeof DragEvent;
window.requestIdleCallback ??= callback =>
  Number(setTimeout(callback as () => void));
window.matchMedia ??= (media: string) =>
  Object.assign(new EventTarget(), {
    media,
    matches: false,
    onchange: null,
    addListener: () => undefined,
    removeListener: () => undefined
  });

class FakeObserver {
  observe(): void {}
  unobserve(): void {}
  disconnect(): void {}
}

beforeEach(() => {
  vi.stubGlobal('ResizeObserver', FakeObserver);
  for (const [name, get] of Object.entries(LAYOUT)) {
    Object.defineProperty(HTMLElement.prototype, name, {
      configurable: true,
      get
    });
  }
  HTMLElement.prototype.scrollTo = () => undefined;
});

afterEach(() => {
  cleanup();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});
