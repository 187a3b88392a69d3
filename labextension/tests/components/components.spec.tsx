import { act, fireEvent, render, screen } from '@testing-library/react';
import * as React from 'react';
import { describe, expect, it, vi } from 'vitest';

import { useCalmRows } from '../../src/explorer/components/calm-rows';
import { DataList } from '../../src/explorer/components/data-list';
import { FilterBar } from '../../src/explorer/components/filter-bar';
import { MiddleName } from '../../src/explorer/components/middle-name';
import { Picker } from '../../src/explorer/components/picker';
import { State, StateStrip } from '../../src/explorer/components/states';
import { Strip } from '../../src/explorer/components/strip';
import { Toolbar } from '../../src/explorer/components/toolbar';
import type { Selection } from '../../src/explorer/model/selection';
import { NOTHING } from '../../src/explorer/model/selection';
import { expectAccessible } from '../axe';
import { TestEnvironment } from '../environment';
import { rows } from '../panel';

const show = (element: JSX.Element) =>
  render(<TestEnvironment>{element}</TestEnvironment>);

const nothing = () => undefined;

interface Item {
  id: string;
  name: string;
}

const ITEMS: Item[] = ['a', 'b', 'c', 'd'].map(id => ({
  id,
  name: `run ${id}`
}));

function List(props: {
  onOpen?: (item: Item) => void;
  onMenu?: (items: readonly Item[]) => void;
  onKey?: (key: string, items: readonly Item[]) => boolean;
}): JSX.Element {
  const [selection, onSelect] = React.useState<Selection>(NOTHING);
  return (
    <DataList
      items={ITEMS}
      idOf={({ id }) => id}
      nameOf={({ name }) => name}
      label="Runs"
      details={({ name }) => `about ${name}`}
      columns={[{ id: 'x', label: 'X', sort: 'x', cell: ({ id }) => id }]}
      selection={selection}
      onSelect={onSelect}
      onOpen={props.onOpen ?? nothing}
      onMenu={props.onMenu ?? nothing}
      onKey={props.onKey}
      total={40}
    />
  );
}

describe('DataList', () => {
  const selected = () =>
    rows()
      .filter(it => it.getAttribute('aria-selected') === 'true')
      .map(it => it.dataset.index);
  const press = (index: number, key: string, more = {}) =>
    fireEvent.keyDown(rows()[index] as HTMLElement, { key, ...more });

  it('is a grid that says how many rows there are', async () => {
    const { container } = show(<List />);
    const grid = screen.getByRole('grid', { name: 'Runs' });
    expect(grid.getAttribute('aria-rowcount')).toBe('40');
    await expectAccessible(container);
  });

  it('toggles, extends and takes all by the keyboard', () => {
    show(<List />);
    press(1, ' ');
    expect(selected()).toEqual(['1']);
    press(1, 'ArrowDown', { shiftKey: true });
    press(2, 'ArrowDown', { shiftKey: true });
    expect(selected()).toEqual(['1', '2', '3']);
    press(1, 'a', { ctrlKey: true });
    expect(selected()).toHaveLength(4);
    press(1, 'Escape');
    expect(selected()).toEqual([]);
  });

  it('selects a range by Shift and a click, and opens by a click alone', () => {
    const onOpen = vi.fn();
    show(<List onOpen={onOpen} />);
    fireEvent.click(rows()[0] as HTMLElement, { ctrlKey: true });
    fireEvent.click(rows()[2] as HTMLElement, { shiftKey: true });
    expect(selected()).toEqual(['0', '1', '2']);
    expect(onOpen).not.toHaveBeenCalled();
    fireEvent.click(rows()[3] as HTMLElement);
    expect(onOpen).toHaveBeenCalledWith(ITEMS[3]);
  });

  it('opens the menu of the selection, or of the row outside it', () => {
    const onMenu = vi.fn();
    show(<List onMenu={onMenu} />);
    fireEvent.click(rows()[0] as HTMLElement, { ctrlKey: true });
    fireEvent.click(rows()[1] as HTMLElement, { ctrlKey: true });
    fireEvent.contextMenu(rows()[1] as HTMLElement);
    expect(onMenu.mock.lastCall?.[0]).toEqual([ITEMS[0], ITEMS[1]]);
    fireEvent.contextMenu(rows()[3] as HTMLElement);
    expect(onMenu.mock.lastCall?.[0]).toEqual([ITEMS[3]]);
    expect(selected()).toEqual([]);
  });

  it('goes into a row by Right, back by Left, and leaves letters to its owner', () => {
    const onKey = vi.fn(() => true);
    show(<List onKey={onKey} />);
    const [first] = rows() as [HTMLElement];
    first.focus();
    fireEvent.keyDown(first, { key: 'ArrowRight' });
    const button = document.activeElement as HTMLElement;
    expect(button.getAttribute('aria-label')).toBe('Actions for run a');
    fireEvent.keyDown(button, { key: 'ArrowLeft' });
    expect(document.activeElement).toBe(first);
    fireEvent.keyDown(first, { key: 'c', ctrlKey: true });
    expect(onKey).toHaveBeenCalledWith('Ctrl C', [ITEMS[0]]);
  });

  it('is a table with sorted heads where it is wide', async () => {
    Object.defineProperty(HTMLElement.prototype, 'offsetWidth', {
      configurable: true,
      get: () => 900
    });
    const { container } = show(<List />);
    expect(screen.getByRole('columnheader', { name: 'X' })).toBeTruthy();
    expect(screen.getByRole('checkbox', { name: 'Select run a' })).toBeTruthy();
    await expectAccessible(container);
  });
});

describe('useCalmRows', () => {
  const ids = (...all: string[]) => all.map(id => ({ id }));

  function Rows(props: {
    items: { id: string }[];
    still: boolean;
    more?: boolean;
  }): JSX.Element {
    const { items, gone, waiting, accept } = useCalmRows(
      props.items,
      ({ id }) => id,
      { question: 'q', still: props.still, more: props.more ?? false }
    );
    return (
      <button type="button" onClick={accept}>
        {`${items.map(({ id }) => id + (gone.has(id) ? '-' : '')).join(' ')}|${waiting}`}
      </button>
    );
  }

  const text = () => screen.getByRole('button').textContent;

  it('lets new rows wait while the reader is there', () => {
    const { rerender } = render(<Rows items={ids('a', 'b')} still />);
    rerender(<Rows items={ids('n', 'a', 'b')} still />);
    expect(text()).toBe('a b|1');
    fireEvent.click(screen.getByRole('button'));
    expect(text()).toBe('n a b|0');
    rerender(<Rows items={ids('m', 'n', 'a', 'b')} still={false} />);
    expect(text()).toBe('m n a b|0');
  });

  it('keeps rows that have gone in their place until then', () => {
    const { rerender } = render(<Rows items={ids('a', 'b', 'c')} still />);
    rerender(<Rows items={ids('a', 'c')} still />);
    expect(text()).toBe('a b- c|0');
    fireEvent.click(screen.getByRole('button'));
    expect(text()).toBe('a c|0');
  });

  it('does not take the last rows of a page for gone', () => {
    const { rerender } = render(<Rows items={ids('a', 'b')} still more />);
    rerender(<Rows items={ids('n', 'a')} still more />);
    expect(text()).toBe('a b|1');
  });
});

describe('MiddleName', () => {
  it('keeps the end, and is read and copied as a whole', () => {
    const name = 'fraud-nightly 2026-11-26 10-32-43';
    const { container } = show(<MiddleName text={name} mark="night" />);
    expect(container.textContent).toBe(name);
    const tail = container.querySelector('.jp-kfp-MiddleName-tail');
    expect(tail?.textContent?.length).toBeGreaterThanOrEqual(8);
    expect(tail?.textContent?.length).toBeLessThanOrEqual(12);
    expect(container.querySelector('mark')?.textContent).toBe('night');
    show(<MiddleName text="hello" />);
    expect(screen.getByText('hello')).toBeTruthy();
  });
});

describe('small parts', () => {
  it('have names, roles and one tab stop', async () => {
    const run = vi.fn();
    const { container } = show(
      <>
        <State item={{ state: 'FAILED' }} />
        <StateStrip
          label="Last runs"
          states={[{ state: 'failed', title: 'x' }]}
        />
        <Toolbar
          label="Run"
          items={[
            { id: 'a', label: 'Retry', icon: 'recurring', words: true, run },
            { id: 'b', label: 'More', icon: 'more', run }
          ]}
        />
        <Strip kind="refused" text="No." onClose={nothing} />
        <FilterBar
          search=""
          searchLabel="Search runs"
          onSearch={nothing}
          chips={[{ id: 'f', label: 'Failed', onRemove: nothing }]}
          onClear={nothing}
          form={<p>form</p>}
        />
      </>
    );
    expect(screen.getByRole('img', { name: 'Last runs: x' })).toBeTruthy();
    fireEvent.keyDown(screen.getByRole('button', { name: 'Retry' }), {
      key: 'ArrowRight'
    });
    expect(document.activeElement?.getAttribute('aria-label')).toBe('More');
    const filters = screen.getByRole('button', { name: 'Filters, 1 set' });
    fireEvent.click(filters);
    expect(screen.getByRole('dialog', { name: 'Filters' })).toBeTruthy();
    await expectAccessible(container);
    fireEvent.keyDown(screen.getByRole('dialog'), { key: 'Escape' });
    expect(screen.queryByRole('dialog')).toBeNull();
    expect(document.activeElement).toBe(filters);
  });
});

describe('Picker', () => {
  it('offers what fits, and takes it by Enter', async () => {
    vi.useFakeTimers();
    const onChange = vi.fn();
    const load = vi.fn(async (text: string) =>
      ['churn', 'fraud']
        .filter(it => it.includes(text))
        .map(value => ({ value, label: value }))
    );
    show(
      <Picker label="Experiment" value={null} load={load} onChange={onChange} />
    );
    const field = screen.getByRole('combobox');
    const wait = () => act(() => vi.advanceTimersByTimeAsync(300));
    fireEvent.focus(field);
    await wait();
    expect(screen.getAllByRole('option')).toHaveLength(2);
    fireEvent.change(field, { target: { value: 'fr' } });
    await wait();
    fireEvent.keyDown(field, { key: 'ArrowDown' });
    fireEvent.keyDown(field, { key: 'Enter' });
    expect(onChange).toHaveBeenCalledWith({ value: 'fraud', label: 'fraud' });
  });
});
