import { createHash } from 'node:crypto';
import { transformSync, version } from 'esbuild';

const options = {
  format: 'cjs',
  jsx: 'automatic',
  sourcemap: 'inline',
  supported: { 'dynamic-import': false },
  target: 'node20'
};
const key = version + JSON.stringify(options);

/** Jest's transformer: what is written in TypeScript or as ECMAScript modules becomes CommonJS. */
export default {
  process: (source, file) => ({
    code: transformSync(source, { ...options, loader: loaderOf(file), sourcefile: file }).code
  }),
  getCacheKey: (source, file) => createHash('sha256').update(key).update(file).update(source).digest('hex')
};

function loaderOf(file) {
  const ending = file.slice(file.lastIndexOf('.') + 1);
  return ending === 'tsx' || ending === 'ts' ? ending : 'js';
}
