// Collects what the labextension says, and keeps its translations up to date: the template,
// each language's .po, and the .json that JupyterLab reads.
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { argv } from 'node:process';
import { fileURLToPath } from 'node:url';
import PO from 'pofile';
import ts from 'typescript';

const DOMAIN = 'jupyter_kfp_auth';
const root = join(fileURLToPath(import.meta.url), '../../..');
const locales = join(root, DOMAIN, 'locale');

/** The methods of JupyterLab's translator, and what their first arguments are. */
const CALLS = {
  __: ['msgid'],
  _n: ['msgid', 'msgid_plural'],
  _p: ['msgctxt', 'msgid'],
  _np: ['msgctxt', 'msgid', 'msgid_plural']
};

/** Which strings of a schema are shown, and in which context JupyterLab looks for them. */
const SCHEMA = [
  [/^\/(title|description)$/, 'schema'],
  [/^\/properties\/.*\/(title|description)$/, 'settings']
];

/** All files that `jlpm messages` keeps, with what belongs into them. */
export async function files() {
  const items = await messages();
  const kept = new Map();
  const template = new PO();
  template.headers = {
    'Project-Id-Version': 'jupyter-kfp-auth',
    'MIME-Version': '1.0',
    'Content-Type': 'text/plain; charset=utf-8',
    'Content-Transfer-Encoding': '8bit'
  };
  template.items = items.map(fields => item(fields));
  kept.set(join(locales, `${DOMAIN}.pot`), template.toString());
  for (const path of await paths(locales, /\.po$/)) {
    const po = translated(PO.parse(await readFile(path, 'utf8')), items);
    kept.set(path, po.toString());
    kept.set(path.replace(/po$/, 'json'), json(po));
  }
  return kept;
}

/** Everything that is said, each once, in the order of files and lines. */
async function messages() {
  const all = new Map();
  const add = (path, fields) => {
    const key = keyOf(fields);
    const { references, ...known } = all.get(key) ?? {
      ...fields,
      references: []
    };
    if (known.msgid_plural !== fields.msgid_plural) {
      throw new Error(`${path}: another plural elsewhere: ${fields.msgid}`);
    }
    all.set(key, { ...known, references: [...new Set([...references, path])] });
  };
  for (const path of await paths(join(root, 'labextension/src'), /\.tsx?$/)) {
    const name = relative(root, path);
    const source = await readFile(path, 'utf8');
    calls(ts.createSourceFile(name, source, ts.ScriptTarget.Latest, true), add);
  }
  for (const path of await paths(
    join(root, 'labextension/schema'),
    /\.json$/
  )) {
    const schema = JSON.parse(await readFile(path, 'utf8'));
    strings(schema, '', (msgctxt, msgid) =>
      add(relative(root, path), { msgctxt, msgid })
    );
  }
  // What the doctor says of each cause: `python -m jupyter_kfp_auth.doctor.catalogue --json`.
  const causes = join(root, 'labextension/src/explorer/model/causes.json');
  for (const said of Object.values(
    JSON.parse(await readFile(causes, 'utf8'))
  )) {
    said.forEach(msgid => add(relative(root, causes), { msgid }));
  }
  return [...all.values()];
}

/** Calls `add` for every call of a translator below `node`. */
function calls(node, add) {
  if (
    ts.isCallExpression(node) &&
    ts.isPropertyAccessExpression(node.expression)
  ) {
    const { text: method } = node.expression.name;
    if (Object.hasOwn(CALLS, method)) {
      const path = node.getSourceFile().fileName;
      const fields = CALLS[method].map((field, index) => {
        const argument = node.arguments[index];
        if (!argument || !ts.isStringLiteralLike(argument)) {
          throw new Error(`${path}: not a plain string: ${node.getText()}`);
        }
        return [field, argument.text];
      });
      add(path, Object.fromEntries(fields));
    }
  }
  ts.forEachChild(node, child => calls(child, add));
}

/** Calls `add` for every string below `value` that is shown in the settings. */
function strings(value, path, add) {
  if (typeof value === 'object' && value !== null) {
    Object.entries(value).forEach(([name, it]) =>
      strings(it, `${path}/${name}`, add)
    );
  } else {
    const context = SCHEMA.find(([pattern]) => pattern.test(path))?.[1];
    if (context) {
      add(context, value);
    }
  }
}

/** The same messages as `items`, with the translations that `known` has. */
function translated(known, items) {
  const had = new Map(known.items.map(it => [keyOf(it), it]));
  const po = new PO();
  po.comments = known.comments;
  const headers = Object.entries(known.headers).filter(([, value]) => value);
  po.headers = Object.fromEntries(headers);
  po.headerOrder = known.headerOrder;
  po.items = items.map(fields => {
    const {
      msgstr = [],
      comments = [],
      flags = {}
    } = had.get(keyOf(fields)) ?? {};
    return item({ ...fields, msgstr, comments, flags });
  });
  return po;
}

/** In the format of JupyterLab's translator, without what is not translated. */
function json(po) {
  const { Language: language, 'Plural-Forms': plural_forms } = po.headers;
  const header = {
    domain: DOMAIN,
    language: language.replace('_', '-'),
    plural_forms
  };
  const done = po.items.filter(
    it => it.msgstr.some(Boolean) && !it.flags.fuzzy
  );
  const entries = done.map(it => [
    keyOf(it),
    // It knows plurals by their having more than one form, also where a language has one.
    it.msgid_plural && it.msgstr.length === 1 ? [...it.msgstr, ''] : it.msgstr
  ]);
  return `${JSON.stringify({ '': header, ...Object.fromEntries(entries) }, null, 2)}\n`;
}

/** As gettext does, with the context before it. */
function keyOf({ msgctxt, msgid }) {
  return msgctxt ? `${msgctxt}\u0004${msgid}` : msgid;
}

function item(fields) {
  return Object.assign(new PO.Item(), { msgstr: [] }, fields);
}

async function paths(directory, pattern) {
  const found = await readdir(directory, { recursive: true });
  return found
    .filter(it => pattern.test(it))
    .sort()
    .map(it => join(directory, it));
}

if (argv[1] === fileURLToPath(import.meta.url)) {
  for (const [path, text] of await files()) {
    await writeFile(path, text);
    console.log(relative(root, path));
  }
}
