import type { ILayoutRestorer, JupyterFrontEnd } from '@jupyterlab/application';
import { CommandRegistry } from '@lumino/commands';
import type { Widget } from '@lumino/widgets';
import { expect, it, vi } from 'vitest';

import type { RunDocumentWidget } from '../../src/lab/run-document';
import { OPEN_RUN, run } from '../../src/lab/run-document';

function activated(restorer: ILayoutRestorer | null = null) {
  const added: [Widget, string][] = [];
  const shell = {
    add: (widget: Widget, area: string) => added.push([widget, area]),
    activateById: vi.fn()
  };
  const commands = new CommandRegistry();
  const app = { shell, commands } as unknown as JupyterFrontEnd;
  run.activate(app, null, restorer, null);
  return { added, shell, commands };
}

it('needs nothing but an application', () => {
  expect(run.requires ?? []).toEqual([]);
});

it('opens a run in the main area, each run once', async () => {
  const { added, shell, commands } = activated();
  await commands.execute(OPEN_RUN, { run_id: 'r1', name: 'train' });
  await commands.execute(OPEN_RUN, { run_id: 'r2' });
  await commands.execute(OPEN_RUN, { run_id: 'r1' });
  expect(added.map(([widget, area]) => [widget.title.label, area])).toEqual([
    ['train', 'main'],
    ['Run', 'main']
  ]);
  const [first] = added[0] ?? [];
  expect(first?.title.closable).toBe(true);
  expect(shell.activateById).toHaveBeenLastCalledWith(first?.id);
});

it('opens a run anew after its tab was closed', async () => {
  const { added, commands } = activated();
  await commands.execute(OPEN_RUN, { run_id: 'r1' });
  added[0]?.[0].dispose();
  await commands.execute(OPEN_RUN, { run_id: 'r1' });
  expect(added).toHaveLength(2);
});

it('refuses to open no run', async () => {
  const { added, commands } = activated();
  await expect(commands.execute(OPEN_RUN, {})).rejects.toThrow('run_id');
  expect(added).toEqual([]);
});

it('says what its command takes', async () => {
  const { commands } = activated();
  const { args } = await commands.describedBy(OPEN_RUN);
  expect(args).toMatchObject({ required: ['run_id'] });
});

it('opens the same runs after a reload', async () => {
  const restore = vi.fn();
  const { added, commands } = activated({
    restore
  } as unknown as ILayoutRestorer);
  const [, options] = restore.mock.calls[0] as [
    unknown,
    {
      command: string;
      args: (widget: RunDocumentWidget) => object;
      name: (widget: RunDocumentWidget) => string;
    }
  ];
  await commands.execute(OPEN_RUN, { run_id: 'r1', name: 'train' });
  const widget = added[0]?.[0] as RunDocumentWidget;
  expect(options.command).toBe(OPEN_RUN);
  expect(options.args(widget)).toEqual({ run_id: 'r1', name: 'train' });
  expect(options.name(widget)).toBe('jupyter-kfp-auth-run-r1');
});
