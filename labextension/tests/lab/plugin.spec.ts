import type { JupyterFrontEnd } from '@jupyterlab/application';
import type { ICommandPalette } from '@jupyterlab/apputils';
import { CommandRegistry } from '@lumino/commands';
import type { Widget } from '@lumino/widgets';
import { expect, it, vi } from 'vitest';

import { explorer } from '../../src/lab/plugin';
import { Preferences } from '../../src/lab/preferences';
import { Store } from '../../src/explorer/model/store';
import { IPreferences, IStoreProvider } from '../../src/tokens';
import { FakeApi } from '../fake';

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

const store = new Store(new FakeApi());

const activate = (
  app: ReturnType<typeof anApp>,
  palette: ICommandPalette | null = null
) =>
  explorer.activate(
    app as unknown as JupyterFrontEnd,
    new Preferences(),
    { load: async () => store },
    palette,
    null,
    null
  );

it('needs nothing of JupyterLab but an application', () => {
  expect(explorer.requires).toEqual([IPreferences, IStoreProvider]);
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
  activate(app, { addItem } as unknown as ICommandPalette);
  await app.commands.execute('kfp:open-explorer');
  expect(app.shell.activateById).toHaveBeenCalledWith(
    'jupyter-kfp-auth-explorer'
  );
  expect(addItem.mock.calls.map(([item]) => item.command)).toEqual([
    'kfp:open-explorer',
    'kfp:refresh'
  ]);
});

it('asks for everything on the screen again by a command', async () => {
  const lookAgain = vi.spyOn(store, 'lookAgain');
  const app = anApp();
  activate(app);
  await app.commands.execute('kfp:refresh');
  expect(lookAgain).toHaveBeenCalledTimes(1);
});
