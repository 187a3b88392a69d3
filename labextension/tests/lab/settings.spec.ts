import { SettingRegistry } from '@jupyterlab/settingregistry';
import type { ISettingRegistry } from '@jupyterlab/settingregistry';
import { Gettext } from '@jupyterlab/translation';
import { expect, it } from 'vitest';

import { loadSettings } from '../../src/lab/settings';
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

it('translates once, however many plugins follow the settings', async () => {
  const registry = aRegistry();
  const [one, other] = await Promise.all([
    loadSettings(registry, marking),
    loadSettings(registry, marking)
  ]);
  expect(one?.schema.title).toBe('schema: Kubeflow Pipelines');
  expect(other?.schema.title).toBe('schema: Kubeflow Pipelines');
});
