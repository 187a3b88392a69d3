// Builds one page with all components of the explorer in JupyterLab's three themes: `make
// components`. The themes are those of the JupyterLab that is installed beside it.
import { build } from 'esbuild';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const out = join(root, 'lib/catalogue');
const themes = join(root, '../.venv/share/jupyter/lab/themes/@jupyterlab');

const THEMES = {
  light: 'theme-light-extension',
  dark: 'theme-dark-extension',
  'high-contrast': 'theme-dark-high-contrast-extension'
};

/** A theme's variables, for the part of the page that shows it. */
async function variables(theme, folder) {
  const css = await readFile(join(themes, folder, 'index.css'), 'utf8');
  const found = css.match(/:root\s*\{[^}]*\}/g) ?? [];
  return found.join('\n').replaceAll(':root', `[data-theme="${theme}"]`);
}

await mkdir(out, { recursive: true });
await build({
  absWorkingDir: root,
  bundle: true,
  entryPoints: {
    catalogue: 'catalogue/catalogue.tsx',
    style: 'style/explorer.css'
  },
  outdir: out,
  jsx: 'transform',
  define: { 'process.env.NODE_ENV': '"development"' },
  logLevel: 'warning'
});
const all = await Promise.all(
  Object.entries(THEMES).map(([theme, folder]) => variables(theme, folder))
);
const page = `<!doctype html>
<meta charset="utf-8">
<title>Components</title>
<link rel="stylesheet" href="style.css">
<style>
${all.join('\n')}
body { margin: 0; }
#root { display: flex; align-items: flex-start; }
.theme { padding: 16px; background: var(--jp-layout-color1); color: var(--jp-ui-font-color1);
  font-family: var(--jp-ui-font-family); font-size: var(--jp-ui-font-size1); }
.theme h1, .theme h2 { font-size: 13px; margin: 16px 0 6px; color: var(--jp-ui-font-color2); }
.theme > .jp-kfp-Explorer { width: 760px; height: auto; overflow: visible; container-type: normal; }
.part { container-type: inline-size; padding-bottom: 8px; }
</style>
<div id="root"></div>
<script src="catalogue.js"></script>
`;
await writeFile(join(out, 'index.html'), page);
console.log(`Open ${join(out, 'index.html')}`);
