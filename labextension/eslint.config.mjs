import eslint from '@eslint/js';
import jupyter from '@jupyter/eslint-plugin';
import reactHooks from 'eslint-plugin-react-hooks';
import { defineConfig, globalIgnores } from 'eslint/config';
import typescript from 'typescript-eslint';

export default defineConfig(
  globalIgnores(['.yarn', 'dist', 'node_modules', 'src/wire.ts']),
  eslint.configs.recommended,
  { plugins: { jupyter } },
  jupyter.configs.recommended,
  {
    files: ['src/**', 'test/**'],
    extends: [typescript.configs.strictTypeChecked, typescript.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true } },
    plugins: { 'react-hooks': reactHooks },
    rules: {
      ...reactHooks.configs.recommended.rules,
      'no-console': 'error',
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/naming-convention': [
        'error',
        { selector: 'interface', format: ['PascalCase'], custom: { regex: '^I[A-Z]', match: true } }
      ],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
      // A namespace beside a class is how JupyterLab groups a class' options and a file's private parts.
      '@typescript-eslint/no-namespace': 'off',
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      // Signals take the method and its `this` apart, which the rules of Jupyter look after.
      '@typescript-eslint/unbound-method': 'off',
      // What is loaded at the start has a budget of its own, which is measured.
      'jupyter/prefer-lazy-imports': 'off',
      // A promise of the plugin system is often of nothing, and a key of a record may be asked for twice.
      '@typescript-eslint/no-invalid-void-type': 'off',
      '@typescript-eslint/no-extraneous-class': [
        'error',
        { allowStaticOnly: false, allowWithDecorator: true }
      ]
    }
  },
  {
    files: ['test/**'],
    rules: {
      '@typescript-eslint/require-await': 'off',
      // What a test shows is read by nobody.
      'jupyter/no-untranslated-string': 'off',
      // What a test leaves behind ends with its page.
      'jupyter/require-disposable-ownership': 'off'
    }
  },
  // What runs in Node may use all that it has.
  { files: ['*.mjs', '*.js'], rules: { 'no-undef': 'off' } }
);
