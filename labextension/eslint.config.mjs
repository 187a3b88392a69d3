import js from '@eslint/js';
import jupyter from '@jupyter/eslint-plugin';
import prettier from 'eslint-config-prettier';
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
    files: ['**/*.{mjs,mts}'],
    languageOptions: { globals: globals.node }
  },
  {
    files: ['tests/**/*.{ts,tsx}'],
    rules: {
      'jupyter/command-described-by': 'off',
      'jupyter/no-untranslated-string': 'off'
    }
  },
  prettier
];
