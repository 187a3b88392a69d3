import { SettingRegistry } from '@jupyterlab/settingregistry';
import type { ISettingRegistry } from '@jupyterlab/settingregistry';
import { Gettext } from '@jupyterlab/translation';
import { Signal } from '@lumino/signaling';
import { expect, it, vi } from 'vitest';

import { Preferences } from '../../src/lab/preferences';
import { followSettings, loadSettings } from '../../src/lab/settings';
import schema from '../../schema/explorer.json';

/** JupyterLab's own registry, over what the server would tell it. */
function aRegistry(): ISettingRegistry {
  const fetch = async (id: string) => ({
    id,
    schema: structuredClone(schema) as unknown as ISettingRegistry.ISchema,
    raw: '{}',
    version: '',
    data: { composite: {}, user: {} }
  });
  const connector = {
    fetch,
    list: async () => ({ ids: [], values: [] }),
    save: async () => undefined,
    remove: async () => undefined
  };
  return new SettingRegistry({ connector });
}

/** A translator that marks what it was asked for. */
const marking = Object.assign(new Gettext(), {
  pgettext: (context: string, text: string) => `${context}: ${text}`
});

it('translates what the editor of settings shows, and nothing else', async () => {
  const settings = await loadSettings(aRegistry(), marking);
  const { title, properties } = settings.schema;
  expect(title).toBe('schema: Kubeflow Pipelines');
  expect(properties?.['statusBar']).toMatchObject({
    title: 'settings: Status bar',
    default: 'opened',
    oneOf: [
      { const: 'opened', title: 'settings: Once the panel was opened' },
      { const: 'always', title: 'settings: Always' },
      { const: 'never', title: 'settings: Never' }
    ]
  });
  expect(settings.composite).toMatchObject({ pageSize: 50, uiUrl: '' });
});

it('takes the settings of the user, also when they change', async () => {
  const owner = {};
  const changed = new Signal<object, void>(owner);
  const settings = { changed, composite: { pageSize: 20 } };
  const load = vi.fn(async () => settings);
  const registry = { load, transform: vi.fn() };
  const preferences = new Preferences();
  await followSettings(
    registry as unknown as ISettingRegistry,
    preferences,
    marking
  );
  expect(load).toHaveBeenCalledWith('jupyter-kfp-auth:explorer');
  expect(preferences.choices.pageSize).toBe(20);
  settings.composite = { pageSize: 100 };
  changed.emit();
  expect(preferences.choices.pageSize).toBe(100);
});
