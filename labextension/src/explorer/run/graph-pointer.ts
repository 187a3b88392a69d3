import * as React from 'react';

import type { Camera } from './camera';

/** A press that moves less than this is a click (pixels). */
const SLOP = 4;

/** Move by dragging, zoom by the wheel. */
export function usePointer(
  frame: React.RefObject<HTMLDivElement>,
  camera: Camera
): void {
  React.useEffect(() => {
    const element = frame.current;
    if (!element) {
      return;
    }
    // In a notebook the wheel scrolls the notebook, unless Ctrl is held.
    const inline = element.closest('.jp-kfp-Widget') !== null;
    const onWheel = (event: WheelEvent): void => {
      const pinch = event.ctrlKey || event.metaKey;
      if (inline && !pinch) {
        return;
      }
      event.preventDefault();
      if (event.shiftKey) {
        const { x, y, zoom } = camera.viewport;
        const by = event.deltaX || event.deltaY;
        camera.move({ zoom, y, x: x - by });
        return;
      }
      const { left, top } = element.getBoundingClientRect();
      const lines = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 16 : 1;
      camera.zoomBy(Math.exp((-event.deltaY * lines) / (pinch ? 150 : 500)), {
        x: event.clientX - left,
        y: event.clientY - top
      });
    };
    let dragged: { x: number; y: number; moved: boolean } | null = null;
    const onDown = (event: PointerEvent): void => {
      if (event.button === 0) {
        dragged = { x: event.clientX, y: event.clientY, moved: false };
      }
    };
    const onMove = (event: PointerEvent): void => {
      if (!dragged) {
        return;
      }
      const dx = event.clientX - dragged.x;
      const dy = event.clientY - dragged.y;
      if (!dragged.moved && Math.hypot(dx, dy) < SLOP) {
        return;
      }
      if (!dragged.moved) {
        element.setPointerCapture(event.pointerId);
        element.classList.add('jp-mod-dragged');
      }
      dragged = { x: event.clientX, y: event.clientY, moved: true };
      const { x, y, zoom } = camera.viewport;
      camera.move({ zoom, x: x + dx, y: y + dy });
    };
    const onUp = (event: PointerEvent): void => {
      if (dragged?.moved) {
        element.releasePointerCapture(event.pointerId);
        element.classList.remove('jp-mod-dragged');
      }
      dragged = null;
    };
    element.addEventListener('wheel', onWheel, { passive: false });
    element.addEventListener('pointerdown', onDown);
    element.addEventListener('pointermove', onMove);
    element.addEventListener('pointerup', onUp);
    element.addEventListener('pointercancel', onUp);
    return () => {
      element.removeEventListener('wheel', onWheel);
      element.removeEventListener('pointerdown', onDown);
      element.removeEventListener('pointermove', onMove);
      element.removeEventListener('pointerup', onUp);
      element.removeEventListener('pointercancel', onUp);
    };
  }, [frame, camera]);
}
