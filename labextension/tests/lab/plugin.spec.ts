import type { JupyterFrontEnd } from '@jupyterlab/application';
import type { ICommandPalette } from '@jupyterlab/apputils';
import type { ISettingRegistry } from '@jupyterlab/settingregistry';
import { CommandRegistry } from '@lumino/commands';
import { Signal } from '@lumino/signaling';
import type { Widget } from '@lumino/widgets';
import { expect, it, vi } from 'vitest';

import plugins from '../../src/index';

const [explorer] = plugins;

/** What the plugin uses of an application. */
function anApp() {
  const added: [Widget, string][] = [];
  const shell = {
    add: (widget: Widget, area: string) => added.push([widget, area]),
    activateById: vi.fn()
  };
  const commands = new CommandRegistry();
  return { added, shell, commands };
}

const activate = (
  app: ReturnType<typeof anApp>,
  registry: ISettingRegistry | null = null,
  palette: ICommandPalette | null = null
) =>
  explorer?.activate(
    app as unknown as JupyterFrontEnd,
    registry,
    palette,
    null,
    null
  );

it('needs nothing but an application', () => {
  expect(explorer?.requires ?? []).toEqual([]);
  const app = anApp();
  activate(app);
  expect(app.added).toHaveLength(1);
  const [panel, area] = app.added[0] as [Widget, string];
  expect(panel.id).toBe('jupyter-kfp-auth-explorer');
  expect(area).toBe('left');
});

it('opens its panel by a command, which is in the palette', async () => {
  const app = anApp();
  const addItem = vi.fn();
  activate(app, null, { addItem } as unknown as ICommandPalette);
  await app.commands.execute('kfp:open-explorer');
  expect(app.shell.activateById).toHaveBeenCalledWith(
    'jupyter-kfp-auth-explorer'
  );
  expect(addItem.mock.calls.map(([item]) => item.command)).toEqual([
    'kfp:open-explorer',
    'kfp:refresh'
  ]);
});

it('takes the settings of the user, also when they change', async () => {
  const owner = {};
  const changed = new Signal<object, void>(owner);
  const settings = { changed, composite: { pageSize: 20 } };
  const load = vi.fn(async () => settings);
  const app = anApp();
  activate(app, { load, transform: vi.fn() } as unknown as ISettingRegistry);
  await Promise.resolve();
  expect(load).toHaveBeenCalledWith('jupyter-kfp-auth:explorer');
  const [panel] = app.added[0] as [Widget, string];
  const configure = vi.spyOn(
    panel as unknown as { configure: (settings: object) => void },
    'configure'
  );
  settings.composite = { pageSize: 100 };
  changed.emit();
  expect(configure).toHaveBeenCalledWith({ pageSize: 100 });
  panel.dispose();
  changed.emit();
  expect(configure).toHaveBeenCalledTimes(1);
});
