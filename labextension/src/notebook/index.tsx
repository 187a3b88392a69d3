import * as React from 'react';
import { createRoot } from 'react-dom/client';

import css from '../../style/widget.css';
import type { WidgetModel } from './model';
import { Widget } from './widget';

// A module runs once in a page, however many widgets it shows.
const style = document.createElement('style');
style.textContent = css;
document.head.append(style);

/** Shows the explorer in a cell's output, until the function returned is called. */
function render(props: { model: WidgetModel; el: HTMLElement }): () => void {
  props.el.classList.add('jp-kfp-Widget');
  // Or else the notebook takes arrows and Enter for itself.
  props.el.dataset.lmSuppressShortcuts = 'true';
  const root = createRoot(props.el);
  root.render(<Widget model={props.model} el={props.el} />);
  return () => root.unmount();
}

export default { render };
