import { run } from 'axe-core';
import { expect } from 'vitest';

/** Checks what axe can find without a layout: roles, names, order, references. */
export async function expectAccessible(element: Element): Promise<void> {
  // axe draws to find out which fonts are icons; jsdom cannot.
  HTMLCanvasElement.prototype.getContext = () => null;
  const { violations } = await run(element, {
    rules: {
      // There are no colours and no page here; the tests in the browser have them.
      'color-contrast': { enabled: false },
      region: { enabled: false }
    }
  });
  expect(
    violations.map(({ id, nodes }) => [id, ...nodes.map(node => node.html)])
  ).toEqual([]);
}
