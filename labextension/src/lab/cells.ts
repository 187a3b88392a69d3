import { MimeData } from '@lumino/coreutils';
import { Drag } from '@lumino/dragdrop';

/** What notebooks take for cells when it is dropped on them. */
const CELLS = 'application/vnd.jupyter.cells';

/** Drag code: a new cell between the cells of a notebook, plain text elsewhere. */
export function dragCell(
  code: string,
  { clientX, clientY }: PointerEvent
): void {
  const mimeData = new MimeData();
  mimeData.setData(CELLS, [
    {
      cell_type: 'code',
      source: code,
      metadata: { trusted: true },
      outputs: []
    }
  ]);
  mimeData.setData('text/plain', code);
  const image = document.createElement('div');
  image.className = 'jp-kfp-DragImage';
  image.textContent = code.trim().split('\n').at(-1) ?? '';
  const drag = new Drag({
    mimeData,
    dragImage: image,
    proposedAction: 'copy',
    supportedActions: 'copy'
  });
  void drag.start(clientX, clientY).then(() => drag.dispose());
}
