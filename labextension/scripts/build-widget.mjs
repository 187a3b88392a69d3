// Builds what the Python widget carries: the explorer's modules, and the loader that gets
// them once in a page. `--dev` leaves them readable; `--watch` builds them on each change.
import { build, context } from 'esbuild';
import { readdir, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const out = join(root, '../jupyter_kfp_auth/notebook/static');
const dev = process.argv.includes('--dev');

const common = {
  absWorkingDir: root,
  bundle: true,
  format: 'esm',
  target: 'es2020',
  minify: !dev,
  legalComments: 'none',
  logLevel: 'info'
};

/** Style sheets are imported as text, together with those that they import. */
const styles = {
  name: 'styles',
  setup({ onLoad }) {
    onLoad({ filter: /\.css$/ }, async ({ path }) => {
      const { outputFiles, metafile } = await build({
        ...common,
        logLevel: 'warning',
        entryPoints: [path],
        metafile: true,
        write: false
      });
      const contents = outputFiles[0].text;
      const watchFiles = Object.keys(metafile.inputs).map(it => join(root, it));
      return { contents, loader: 'text', watchFiles };
    });
  }
};

/** Builds the loader of what was just built, and removes what was built before. */
const loader = {
  name: 'loader',
  setup({ onEnd }) {
    onEnd(async ({ metafile }) => {
      if (!metafile) {
        return;
      }
      const built = Object.keys(metafile.outputs).map(it => basename(it));
      for (const old of await readdir(join(out, 'explorer'))) {
        if (!built.includes(old)) {
          await rm(join(out, 'explorer', old));
        }
      }
      const explorer = built.find(it => it.startsWith('explorer-'));
      await build({
        ...common,
        entryPoints: ['src/notebook/loader.ts'],
        outdir: out,
        define: { EXPLORER: JSON.stringify(explorer) }
      });
    });
  }
};

const options = {
  ...common,
  entryPoints: { explorer: 'src/notebook/index.tsx' },
  outdir: join(out, 'explorer'),
  // A name with a digest in it may be kept by browsers for ever.
  entryNames: '[name]-[hash]',
  // What is imported on demand is in files of its own.
  splitting: true,
  metafile: true,
  jsx: 'transform',
  // Preact is a tenth of React.
  alias: { react: 'preact/compat', 'react-dom': 'preact/compat' },
  define: { 'process.env.NODE_ENV': dev ? '"development"' : '"production"' },
  sourcemap: dev ? 'inline' : false,
  plugins: [styles, loader]
};

if (process.argv.includes('--watch')) {
  await (await context(options)).watch();
} else {
  await rm(out, { recursive: true, force: true });
  await build(options);
}
