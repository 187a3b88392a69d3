// Bundles src/notebook into the one ES module and the one style sheet that the
// Python widget carries. `--dev` leaves it readable and adds a source map.
import { build, context } from 'esbuild';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const dev = process.argv.includes('--dev');

export const options = {
  absWorkingDir: root,
  entryPoints: { explorer: 'src/notebook/index.tsx' },
  outdir: '../jupyter_kfp_auth/notebook/static',
  bundle: true,
  format: 'esm',
  target: 'es2020',
  jsx: 'transform',
  // Preact keeps what travels through the kernel's socket small.
  alias: { react: 'preact/compat', 'react-dom': 'preact/compat' },
  define: { 'process.env.NODE_ENV': dev ? '"development"' : '"production"' },
  minify: !dev,
  sourcemap: dev ? 'inline' : false,
  legalComments: 'none',
  logLevel: 'info'
};

if (process.argv.includes('--watch')) {
  await (await context(options)).watch();
} else {
  await build(options);
}
