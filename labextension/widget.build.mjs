// The card as an anywidget: one module with all it needs, and its styles.
import { existsSync } from 'node:fs';
import { build } from 'esbuild';

const entry = ['src/widget.ts', 'src/widget.tsx'].find(file => existsSync(file));

if (entry) {
  await build({
    entryPoints: { card: entry },
    outdir: '../jupyter_mlops/widgets',
    bundle: true,
    format: 'esm',
    jsx: 'automatic',
    legalComments: 'none',
    logLevel: 'warning',
    minify: true,
    target: 'es2022',
    define: { 'process.env.NODE_ENV': '"production"' }
  });
}
