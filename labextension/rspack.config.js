// What the builder does not bring: TypeScript is compiled as it is bundled (its types are checked by `tsc`), and a
// page's worth of chunks is listed for tools/check_labextension.py.
const { writeFileSync } = require('node:fs');
const { join } = require('node:path');

module.exports = {
  resolve: { extensions: ['.tsx', '.ts', '.js'] },
  module: {
    rules: [
      {
        test: /\.tsx?$/,
        loader: 'builtin:swc-loader',
        options: {
          jsc: {
            target: 'es2022',
            parser: { syntax: 'typescript', tsx: true },
            transform: { react: { runtime: 'automatic' } }
          }
        }
      }
    ]
  },
  plugins: [
    {
      apply: compiler =>
        compiler.hooks.done.tap('chunks', stats => {
          const file = join(compiler.outputPath, '..', '.chunks.json');
          writeFileSync(file, JSON.stringify(chunksOf(stats), undefined, 2));
        })
    }
  ]
};

/** Every chunk's file and packages, and whether JupyterLab loads it with the page. */
function chunksOf(stats) {
  const { chunks } = stats.toJson({
    all: false,
    chunks: true,
    chunkModules: true,
    chunkRelations: true,
    dependentModules: true,
    ids: true,
    nestedModules: true,
    orphanModules: true
  });
  // JupyterLab loads the entry, and then all that the entry gives: the plugins and their styles.
  const entries = chunks.filter(chunk => chunk.entry);
  const given = new Set(entries.flatMap(chunk => [chunk.id, ...chunk.children]));
  // A chunk whose modules all came with others has no file of its own.
  const written = chunks.filter(({ files }) => files.length > 0);
  return written.map(({ id, files, modules }) => ({
    file: files[0].split('?')[0],
    start: given.has(id),
    packages: [...new Set(modules.flatMap(namesOf).map(packageOf))].sort()
  }));
}

function namesOf(module) {
  return [module.name, ...(module.modules ?? []).flatMap(namesOf)].filter(name => name);
}

function packageOf(name) {
  return /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(name)?.[1] ?? 'jupyter-mlops';
}
