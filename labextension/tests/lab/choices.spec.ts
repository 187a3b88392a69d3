import type { JupyterFrontEnd } from '@jupyterlab/application';
import { Clipboard, Notification } from '@jupyterlab/apputils';
import type { ILauncher } from '@jupyterlab/launcher';
import type { INotebookTracker } from '@jupyterlab/notebook';
import type { ISettingRegistry } from '@jupyterlab/settingregistry';
import type { IStateDB } from '@jupyterlab/statedb';
import type { IStatusBar } from '@jupyterlab/statusbar';
import { CommandRegistry } from '@lumino/commands';
import { Signal } from '@lumino/signaling';
import { beforeEach, expect, it, vi } from 'vitest';

import * as tokens from '../../src/tokens';
import { rootView } from '../../src/explorer/model/navigation';
import { launcher } from '../../src/lab/launcher';
import { notifications, SCHEMA_ID } from '../../src/lab/notifications';
import { Preferences } from '../../src/lab/preferences';
import { preferences } from '../../src/lab/preferences-plugin';
import { snippets } from '../../src/lab/snippets';
import { status } from '../../src/lab/status';

/** What the plugins use of an application. */
function anApp() {
  const owner = {};
  const stream = new Signal<object, Record<string, unknown>>(owner);
  const commands = new CommandRegistry();
  return { commands, serviceManager: { events: { stream } } };
}

let app: ReturnType<typeof anApp>;
let known: Preferences;
const front = () => app as unknown as JupyterFrontEnd;
const settle = () => new Promise(resolve => setTimeout(resolve));

beforeEach(() => {
  app = anApp();
  known = new Preferences();
});

const OWN: readonly unknown[] = [
  tokens.IPreferences,
  tokens.IStoreProvider,
  tokens.IExplorer
];

it('none needs more of JupyterLab than an application', () => {
  for (const plugin of [
    preferences,
    status,
    notifications,
    launcher,
    snippets
  ]) {
    const own = [known, { load: vi.fn() }, { open: vi.fn(), reveal: vi.fn() }];
    const requires = (plugin.requires ?? []).map(token => OWN.indexOf(token));
    expect(requires).not.toContain(-1);
    const optional = (plugin.optional ?? []).map(() => null);
    const required = requires.map(index => own[index]);
    expect(() =>
      plugin.activate(front(), ...required, ...optional)
    ).not.toThrow();
  }
});

it('takes the settings, and remembers namespaces and views', async () => {
  const owner = {};
  const changed = new Signal<object, void>(owner);
  const settings = { changed, composite: { notifications: false } };
  const registry = { load: async () => settings, transform: vi.fn() };
  const save = vi.fn(async () => undefined);
  const fetch = async () => ({ namespace: 'team-b', remembered: ['team-b'] });
  const known = preferences.activate(
    front(),
    registry as unknown as ISettingRegistry,
    { fetch, save } as unknown as IStateDB,
    null
  ) as Preferences;
  await settle();
  expect(known.choices).toMatchObject({
    notifications: false,
    namespace: 'team-b',
    remembered: ['team-b']
  });
  settings.composite = { notifications: true };
  changed.emit();
  expect(known.choices.notifications).toBe(true);
  expect(save).not.toHaveBeenCalled();
  known.change({ namespace: '' });
  expect(save).toHaveBeenLastCalledWith('jupyter-kfp-auth:panel', {
    namespace: '',
    remembered: ['team-b'],
    path: []
  });
  const path = [rootView('runs')];
  known.moveTo(path);
  expect(save).toHaveBeenLastCalledWith('jupyter-kfp-auth:panel', {
    namespace: '',
    remembered: ['team-b'],
    path
  });
});

it('keeps what it has when what was remembered is something else', async () => {
  const state = { fetch: async () => ({ namespace: 7 }), save: vi.fn() };
  const known = preferences.activate(
    front(),
    null,
    state as unknown as IStateDB,
    null
  ) as Preferences;
  await settle();
  expect(known.choices.namespace).toBe('');
});

const event = (change: object) => ({
  schema_id: SCHEMA_ID,
  run_id: 'r1',
  display_name: 'train',
  previous_state: 'RUNNING',
  state: 'SUCCEEDED',
  finished: true,
  error: '',
  ...change
});

it('notifies of watched runs that end, and of nothing else', async () => {
  const emit = vi.spyOn(Notification, 'emit').mockReturnValue('n1');
  notifications.activate(front(), known, null);
  const { stream } = app.serviceManager.events;
  stream.emit(event({ schema_id: 'https://example.com/other' }));
  stream.emit(event({ state: 'CANCELING', finished: false }));
  await vi.dynamicImportSettled();
  expect(emit).not.toHaveBeenCalled();
  stream.emit(event({}));
  stream.emit(
    event({ state: 'FAILED', error: `exit code 1\n${'x'.repeat(999)}` })
  );
  stream.emit(event({ state: 'CANCELED' }));
  await vi.dynamicImportSettled();
  expect(emit.mock.calls.map(([message, type]) => [message, type])).toEqual([
    ['train has succeeded.', 'success'],
    ['train has failed: exit code 1', 'error'],
    ['train was canceled.', 'warning']
  ]);
  const openRun = vi.fn();
  app.commands.addCommand('kfp:open-run', { execute: openRun });
  emit.mock.calls[0]?.[2]?.actions?.[0]?.callback(new MouseEvent('click'));
  expect(openRun.mock.calls[0]?.[0]).toEqual({ run_id: 'r1', name: 'train' });
  known.change({ notifications: false });
  stream.emit(event({}));
  await vi.dynamicImportSettled();
  expect(emit).toHaveBeenCalledTimes(3);
  emit.mockRestore();
});

it('opens the panel from the launcher, and the connection by commands', async () => {
  const add = vi.fn();
  const explorer = { open: vi.fn(), reveal: vi.fn() };
  launcher.activate(
    front(),
    known,
    { load: vi.fn() },
    explorer,
    { add } as unknown as ILauncher,
    null,
    null
  );
  expect(add.mock.calls[0]?.[0].command).toBe('kfp:open-explorer');
  await app.commands.execute('kfp:doctor');
  expect(explorer.reveal).toHaveBeenLastCalledWith(true);
  await app.commands.execute('kfp:use-namespace');
  expect(explorer.reveal).toHaveBeenLastCalledWith(false);
  await app.commands.execute('kfp:use-namespace', { namespace: 'team-b' });
  expect(known.choices).toMatchObject({
    namespace: 'team-b',
    remembered: ['team-b']
  });
  await expect(
    app.commands.execute('kfp:use-namespace', { namespace: 'Team B' })
  ).rejects.toThrow('Not a valid namespace: Team B');
});

it('asks nothing for the status bar before the panel was opened', async () => {
  const registerStatusItem = vi.fn();
  const bar = { registerStatusItem } as unknown as IStatusBar;
  status.activate(front(), known, { load: vi.fn() }, bar, null);
  known.change({ namespace: 'team-b' });
  known.change({ statusBar: 'never', opened: true });
  await settle();
  expect(registerStatusItem).not.toHaveBeenCalled();
});

it('inserts code into a new cell of the notebook used last, and else copies it', async () => {
  const info = vi.spyOn(Notification, 'info').mockReturnValue('n1');
  const copy = vi
    .spyOn(Clipboard, 'copyToSystem')
    .mockImplementation(() => undefined);
  const insertCell = vi.fn();
  let language = 'python';
  const content = {
    activeCellIndex: 2,
    deselectAll: vi.fn(),
    scrollToItem: vi.fn(),
    model: {
      getMetadata: () => ({ language }),
      sharedModel: { insertCell }
    }
  };
  const panel = { id: 'p', title: { label: 'tour.ipynb' }, content };
  const tracker: { currentWidget: typeof panel | null } = {
    currentWidget: panel
  };
  const activateById = vi.fn();
  Object.assign(app, { shell: { activateById } });
  snippets.activate(front(), tracker as unknown as INotebookTracker, null);
  const insert = () =>
    app.commands.execute('kfp:insert-code', { code: 'x = 1\n' });
  await insert();
  expect(insertCell).toHaveBeenCalledWith(
    3,
    expect.objectContaining({ cell_type: 'code', source: 'x = 1' })
  );
  expect(content.activeCellIndex).toBe(3);
  expect(info.mock.lastCall?.[0]).toBe('Inserted into tour.ipynb');
  info.mock.lastCall?.[1]?.actions?.[0]?.callback(new MouseEvent('click'));
  expect(activateById).toHaveBeenCalledWith('p');
  language = 'R';
  await insert();
  tracker.currentWidget = null;
  await insert();
  expect(insertCell).toHaveBeenCalledTimes(1);
  expect(copy.mock.calls).toEqual([['x = 1'], ['x = 1']]);
  copy.mockRestore();
  info.mockRestore();
});
