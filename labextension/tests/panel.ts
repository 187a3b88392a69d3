import { act, fireEvent, screen, within } from '@testing-library/react';
import { vi } from 'vitest';

/** Let `milliseconds` pass, with all that happens in them. */
export const pass = (milliseconds = 0) =>
  act(async () => void (await vi.advanceTimersByTimeAsync(milliseconds)));

export const button = (name: string | RegExp) =>
  screen.getByRole('button', { name });

export async function click(name: string | RegExp) {
  fireEvent.click(button(name));
  await pass();
}

export async function openTab(name: string) {
  fireEvent.click(screen.getByRole('tab', { name }));
  await pass();
}

/** The rows of the list that is shown, without the heads of its columns. */
export const rows = () =>
  screen.queryAllByRole('row').filter(it => it.hasAttribute('data-index'));

/** The row of the thing with this name. */
export function row(name: string | RegExp): HTMLElement {
  const found = rows().find(it => {
    const text = it.querySelector('.jp-kfp-MiddleName')?.textContent ?? '';
    return typeof name === 'string' ? text === name : name.test(text);
  });
  if (!found) {
    throw new Error(`There is no row ${String(name)}.`);
  }
  return found;
}

export async function openRow(name: string | RegExp) {
  fireEvent.click(row(name), { detail: 1 });
  await pass();
}

/** Open the menu of a row, as by a right click. */
export async function openMenu(name: string | RegExp) {
  fireEvent.contextMenu(row(name));
  await pass();
}

/** What the open menu offers, without what is in menus of its own. */
export const offered = () =>
  within(screen.getByRole('menu'))
    .getAllByRole('menuitem')
    .map(it => it.querySelector('span')?.textContent);

/** Choose from the open menu. */
export async function choose(...names: (string | RegExp)[]) {
  for (const name of names) {
    fireEvent.click(screen.getByRole('menuitem', { name }));
    await pass();
  }
}
