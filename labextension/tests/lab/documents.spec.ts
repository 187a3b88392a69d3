import type { ILayoutRestorer, JupyterFrontEnd } from '@jupyterlab/application';
import { CommandRegistry } from '@lumino/commands';
import type { Widget } from '@lumino/widgets';
import { expect, it, vi } from 'vitest';

import type { DocumentWidget } from '../../src/lab/documents';
import { COMPARE_RUNS, OPEN_RUN, run } from '../../src/lab/documents';

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
      args: (widget: DocumentWidget) => object;
      name: (widget: DocumentWidget) => string;
    }
  ];
  await commands.execute(OPEN_RUN, { run_id: 'r1', name: 'train' });
  const widget = added[0]?.[0] as DocumentWidget;
  expect(options.command).toBe(OPEN_RUN);
  expect(options.args(widget)).toEqual({ run_id: 'r1', name: 'train' });
  expect(options.name(widget)).toBe('jupyter-kfp-auth-run-r1');
});

it('keeps which runs are compared', async () => {
  const restore = vi.fn();
  const { added, commands } = activated({
    restore
  } as unknown as ILayoutRestorer);
  const [, options] = restore.mock.calls[1] as [
    unknown,
    { command: string; args: (widget: DocumentWidget) => object }
  ];
  await commands.execute(COMPARE_RUNS, { run_ids: ['r1', 'r2'] });
  await commands.execute(COMPARE_RUNS, { run_ids: ['r1', 'r2'] });
  await commands.execute(COMPARE_RUNS, { run_ids: ['r1', 'r3'] });
  expect(added.map(([widget]) => widget.id)).toEqual([
    'jupyter-kfp-auth-comparison-r1-r2',
    'jupyter-kfp-auth-comparison-r1-r3'
  ]);
  const widget = added[0]?.[0] as DocumentWidget;
  expect(options.command).toBe(COMPARE_RUNS);
  expect(options.args(widget)).toEqual({ run_ids: ['r1', 'r2'] });
  await expect(commands.execute(COMPARE_RUNS, { run_ids: [] })).rejects.toThrow(
    'run_ids'
  );
});
