import { fireEvent, render, screen } from '@testing-library/react';
import * as React from 'react';
import { beforeEach, expect, it, vi } from 'vitest';

import { SplitPane } from '../../src/explorer/components/split-pane';
import { Arguments } from '../../src/explorer/components/value-view';
import { ViewTabs } from '../../src/explorer/components/view-tabs';
import { expectAccessible } from '../axe';

beforeEach(() => localStorage.clear());

const TABS = [
  { id: 'one', label: 'One' },
  { id: 'two', label: 'Two', count: 3 },
  { id: 'three', label: 'Three', dot: true }
] as const;

function tabs(value: (typeof TABS)[number]['id'], onChange = vi.fn()) {
  const shown = render(
    <>
      <ViewTabs
        label="Views"
        tabs={TABS}
        value={value}
        onChange={onChange}
        controls="panel"
      />
      <div id="panel" role="tabpanel" aria-label="One" />
    </>
  );
  return { ...shown, onChange };
}

it('offers views as tabs, with counts and news', async () => {
  const { container, onChange } = tabs('one');
  fireEvent.click(screen.getByRole('tab', { name: 'Two 3' }));
  expect(onChange).toHaveBeenLastCalledWith('two');
  fireEvent.keyDown(screen.getByRole('tab', { name: 'One' }), { key: 'End' });
  expect(onChange).toHaveBeenLastCalledWith('three');
  expect(screen.getByRole('img', { name: 'new' })).toBeTruthy();
  await expectAccessible(container);
});

it('keeps the chosen view where not all fit, and the others in a choice', () => {
  vi.spyOn(Element.prototype, 'getBoundingClientRect').mockImplementation(
    function (this: Element) {
      const width = this.getAttribute('role') === 'tab' ? 100 : 240;
      return { width } as DOMRect;
    }
  );
  const { onChange } = tabs('three');
  const visible = screen
    .getAllByRole('tab')
    .filter(it => !it.classList.contains('jp-mod-over'))
    .map(it => it.textContent);
  expect(visible).toEqual(['One', 'Three']);
  fireEvent.change(screen.getByRole('combobox', { name: 'More views' }), {
    target: { value: 'two' }
  });
  expect(onChange).toHaveBeenLastCalledWith('two');
});

it('moves the bar between two parts by keys, and remembers it', async () => {
  vi.spyOn(Element.prototype, 'getBoundingClientRect').mockReturnValue({
    width: 1000,
    height: 600
  } as DOMRect);
  const pane = (
    <SplitPane
      side="right"
      name="test"
      least={280}
      label="Details"
      pane={<p>side</p>}
    >
      <p>main</p>
    </SplitPane>
  );
  const { container, unmount } = render(pane);
  const bar = () => screen.getByRole('separator');
  fireEvent.keyDown(bar(), { key: 'ArrowLeft' });
  expect(bar().getAttribute('aria-valuenow')).toBe('296');
  fireEvent.keyDown(bar(), { key: 'ArrowRight' });
  fireEvent.keyDown(bar(), { key: 'ArrowRight' });
  expect(bar().getAttribute('aria-valuenow')).toBe('280');
  fireEvent.keyDown(bar(), { key: 'ArrowLeft' });
  unmount();
  render(pane);
  expect(bar().getAttribute('aria-valuenow')).toBe('296');
  vi.restoreAllMocks();
  await expectAccessible(container);
});

it('shows what was changed first, and folds what is long', async () => {
  const { container } = render(
    <Arguments
      values={{ depth: 6, text: 'x'.repeat(500), rate: 0.2 }}
      defaults={{ depth: 6, rate: 0.1, other: null }}
    />
  );
  const names = [...container.querySelectorAll('dt')].map(it => it.textContent);
  expect(names).toEqual(['text', 'rate', 'depth', 'other']);
  const more = screen.getByRole('button', { name: 'More' });
  fireEvent.click(more);
  expect(more.getAttribute('aria-expanded')).toBe('true');
  await expectAccessible(container);
});
