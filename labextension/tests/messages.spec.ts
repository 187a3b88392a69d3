import { Gettext } from '@jupyterlab/translation';
import { readFile } from 'node:fs/promises';
import PO from 'pofile';
import { expect, it } from 'vitest';

import { files } from '../scripts/messages.mjs';

const kept = await files();
const catalogues = [...kept].filter(([path]) => path.endsWith('.po'));

it.each([...kept])('%s is what `make messages` writes', async (path, text) => {
  expect(await readFile(path, 'utf8')).toBe(text);
});

it.each(catalogues)('%s is complete', (_, text) => {
  const { headers, items } = PO.parse(text);
  const forms = Number(
    /nplurals=(\d)/.exec(headers['Plural-Forms'] ?? '')?.[1]
  );
  const missing = items.filter(
    ({ msgid_plural: plural, msgstr, flags }) =>
      flags['fuzzy'] || msgstr.filter(Boolean).length !== (plural ? forms : 1)
  );
  expect(missing.map(({ msgid }) => msgid)).toEqual([]);
});

it.each(catalogues)('%s keeps every placeholder', (_, text) => {
  const places = (said: string) =>
    [...new Set(said.match(/%\d|\{\w+\}/g))].sort();
  for (const { msgid, msgid_plural: plural, msgstr } of PO.parse(text).items) {
    for (const translation of msgstr) {
      expect([msgid, places(translation)]).toEqual([
        msgid,
        places(plural ?? msgid)
      ]);
    }
  }
});

it('is read by the translator of JupyterLab, with plurals', () => {
  const path = [...kept.keys()].find(it =>
    it.endsWith('zh_CN/LC_MESSAGES/jupyter_kfp_auth.json')
  );
  const messages = JSON.parse(kept.get(path ?? '') ?? '');
  const pluralForms = messages[''].plural_forms;
  const trans = new Gettext({ domain: 'jupyter_kfp_auth', locale: 'zh_CN' });
  trans.loadJSON(
    { ...messages, '': { ...messages[''], pluralForms } },
    'jupyter_kfp_auth'
  );
  expect(trans.__('Experiments')).toBe('实验');
  expect(trans.__('Search runs')).toBe('搜索运行');
  for (const count of [0, 1, 2, 7]) {
    expect(trans._n('%1 task', '%1 tasks', count)).toBe(`${count} 个任务`);
  }
});
