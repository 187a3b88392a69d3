import type { ILayoutRestorer, JupyterFrontEnd } from '@jupyterlab/application';
import { CommandRegistry } from '@lumino/commands';
import type { Widget } from '@lumino/widgets';
import { expect, it, vi } from 'vitest';

import type { DocumentWidget } from '../../src/lab/documents';
import { CommandIDs } from '../../src/lab/commands';
import { run } from '../../src/lab/documents';
import { Preferences } from '../../src/lab/preferences';
import { IExplorer, IPreferences, IStoreProvider } from '../../src/tokens';

function activated(restorer: ILayoutRestorer | null = null) {
  const added: [Widget, string][] = [];
  const shell = {
    add: (widget: Widget, area: string) => added.push([widget, area]),
    activateById: vi.fn()
  };
  const commands = new CommandRegistry();
  const app = { shell, commands } as unknown as JupyterFrontEnd;
  run.activate(
    app,
    new Preferences(),
    { load: vi.fn() },
    { open: vi.fn(), reveal: vi.fn() },
    restorer,
    null
  );
  return { added, shell, commands };
}

it('needs nothing of JupyterLab but an application', () => {
  expect(run.requires).toEqual([IPreferences, IStoreProvider, IExplorer]);
});

it('opens a run in the main area, each run once', async () => {
  const { added, shell, commands } = activated();
  await commands.execute(CommandIDs.openRun, { run_id: 'r1', name: 'train' });
  await commands.execute(CommandIDs.openRun, { run_id: 'r2' });
  await commands.execute(CommandIDs.openRun, { run_id: 'r1' });
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
  await commands.execute(CommandIDs.openRun, { run_id: 'r1' });
  added[0]?.[0].dispose();
  await commands.execute(CommandIDs.openRun, { run_id: 'r1' });
  expect(added).toHaveLength(2);
});

it('refuses to open no run', async () => {
  const { added, commands } = activated();
  await expect(commands.execute(CommandIDs.openRun, {})).rejects.toThrow(
    'run_id'
  );
  expect(added).toEqual([]);
});

it('says what its command takes', async () => {
  const { commands } = activated();
  const { args } = await commands.describedBy(CommandIDs.openRun);
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
  await commands.execute(CommandIDs.openRun, { run_id: 'r1', name: 'train' });
  const widget = added[0]?.[0] as DocumentWidget;
  expect(options.command).toBe(CommandIDs.openRun);
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
  await commands.execute(CommandIDs.compareRuns, { run_ids: ['r1', 'r2'] });
  await commands.execute(CommandIDs.compareRuns, { run_ids: ['r1', 'r2'] });
  await commands.execute(CommandIDs.compareRuns, { run_ids: ['r1', 'r3'] });
  expect(added.map(([widget]) => widget.id)).toEqual([
    'jupyter-kfp-auth-comparison-r1-r2',
    'jupyter-kfp-auth-comparison-r1-r3'
  ]);
  const widget = added[0]?.[0] as DocumentWidget;
  expect(options.command).toBe(CommandIDs.compareRuns);
  expect(options.args(widget)).toEqual({ run_ids: ['r1', 'r2'] });
  await expect(
    commands.execute(CommandIDs.compareRuns, { run_ids: [] })
  ).rejects.toThrow('run_ids');
});
