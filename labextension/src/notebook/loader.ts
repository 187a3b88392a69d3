import { explorer } from './code';
import type { WidgetModel, WidgetState } from './model';
import { pageTrans } from './trans';

/** How long the code may take before the widget says what it waits for (milliseconds). */
const PATIENCE = 2_000;

/**
 * The widget as it travels with each of its messages and in saved notebooks: it shows what
 * is known, gets the explorer's code, and leaves its place to it.
 */
function render(props: { model: WidgetModel; el: HTMLElement }): () => void {
  const { model, el } = props;
  const trans = pageTrans();
  const note = element('p');
  note.setAttribute('role', 'status');
  el.replaceChildren(table(model.get('first')), note);
  const controller = new AbortController();
  const { signal } = controller;
  let close = (): void => undefined;
  const late = setTimeout(() => {
    note.textContent = trans.__(
      'Waiting for the live view. The kernel sends it when the running cell has ended; if the kernel was restarted, run this cell again.'
    );
  }, PATIENCE);
  explorer(model, signal)
    .then(module => {
      if (!signal.aborted) {
        el.replaceChildren();
        close = module.default.render(props);
      }
    })
    .catch((error: Error) => {
      note.textContent = trans.__(
        'There is no live view here. %1',
        error.message
      );
    })
    .finally(() => clearTimeout(late));
  return () => {
    controller.abort();
    clearTimeout(late);
    close();
  };
}

interface Known {
  display_name?: string;
  state?: string;
  created_at?: string | null;
  error?: string;
  items?: readonly Known[];
  tasks?: readonly Known[];
}

/** What Python has told already, as a plain table. */
function table({ body }: WidgetState['first']): HTMLElement {
  const { items, ...item } = (body ?? {}) as Known;
  const rows = items ?? [item, ...(item.tasks ?? [])];
  const wrapper = element('div');
  // JupyterLab gives tables in it the look of its own.
  wrapper.className = 'jp-RenderedHTMLCommon';
  wrapper.style.overflow = 'auto';
  const lines = rows.map(({ display_name, state, error, created_at }) => {
    const time = created_at ? new Date(created_at).toLocaleString() : '';
    const cells = [display_name, state, error, time].filter(Boolean);
    const line = element('tr');
    line.append(
      ...cells.map(text => Object.assign(element('td'), { textContent: text }))
    );
    return line;
  });
  const inner = element('table');
  inner.append(...lines);
  wrapper.append(inner);
  return wrapper;
}

function element(name: string): HTMLElement {
  return document.createElement(name);
}

export default { render };
