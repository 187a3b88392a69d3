import js from '@eslint/js';
import jupyter from '@jupyter/eslint-plugin';
import prettier from 'eslint-config-prettier';
import { createTypeScriptImportResolver } from 'eslint-import-resolver-typescript';
import importX from 'eslint-plugin-import-x';
import reactHooks from 'eslint-plugin-react-hooks';
import globals from 'globals';
import typescript from 'typescript-eslint';

/** The same configuration with every warning raised to an error. */
const strict = config => ({
  ...config,
  rules: Object.fromEntries(
    Object.entries(config.rules ?? {}).map(([name, level]) => [
      name,
      level === 'warn' ? 'error' : level
    ])
  )
});

/** The explorer's folders, from the bottom; each may import those before it. */
const LAYERS = [
  ['api'],
  ['model'],
  ['components'],
  ['forms'],
  ['log', 'outputs'],
  ['run', 'compare'],
  ['views'],
  ['frame']
];

/** What each folder of the explorer may not import. */
const layered = LAYERS.flatMap((folders, level) =>
  folders.map(folder => ({
    target: `./src/explorer/${folder}`,
    from: './src',
    except: LAYERS.slice(0, level + 1)
      .flat()
      .map(it => `./explorer/${it}`),
    message: `The explorer is layered: ${LAYERS.map(it => it.join(', ')).join(' <- ')}.`
  }))
);

/** JupyterLab's part and the notebooks' know the explorer, and not each other. */
const apart = [
  { target: './src/explorer', from: ['./src/lab', './src/notebook'] },
  { target: './src/lab', from: './src/notebook' },
  { target: './src/notebook', from: './src/lab' }
];

export default [
  {
    ignores: ['node_modules', 'lib', 'coverage', 'src/explorer/api/schema.ts']
  },
  { plugins: { jupyter } },
  ...jupyter.configs.recommended.map(strict),
  ...[js.configs.recommended, ...typescript.configs.strict].map(config => ({
    files: ['**/*.{ts,tsx,mts,mjs}'],
    ...config
  })),
  {
    files: ['**/*.{ts,tsx}'],
    ...reactHooks.configs.flat.recommended
  },
  {
    // Of use to those who compile with the React Compiler; we do not.
    files: ['**/*.{ts,tsx}'],
    rules: { 'react-hooks/incompatible-library': 'off' }
  },
  {
    files: ['src/**/*.{ts,tsx}'],
    languageOptions: { globals: globals.browser },
    rules: {
      '@typescript-eslint/consistent-type-imports': 'error',
      eqeqeq: ['error', 'always']
    }
  },
  {
    files: ['src/**/*.{ts,tsx}'],
    plugins: { 'import-x': importX },
    settings: {
      'import-x/resolver-next': [createTypeScriptImportResolver()]
    },
    rules: {
      'import-x/no-cycle': 'error',
      'import-x/no-restricted-paths': [
        'error',
        { zones: [...layered, ...apart] }
      ]
    }
  },
  {
    files: ['**/*.{mjs,mts}'],
    languageOptions: { globals: globals.node }
  },
  {
    files: ['{tests,catalogue}/**/*.{ts,tsx}'],
    rules: {
      'jupyter/command-described-by': 'off',
      'jupyter/no-untranslated-string': 'off'
    }
  },
  prettier
];
