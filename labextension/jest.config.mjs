/** @type {import('jest').Config} */
export default {
  testEnvironment: '<rootDir>/jest.environment.mjs',
  roots: ['<rootDir>/test'],
  testMatch: ['**/*.test.ts', '**/*.test.tsx'],
  cacheDirectory: '<rootDir>/node_modules/.cache/jest',
  // JupyterLab's packages are ECMAScript modules, which Jest does not read as they are.
  transform: { '\\.(mjs|js|tsx?)$': '<rootDir>/jest.transform.mjs' },
  transformIgnorePatterns: [],
  moduleNameMapper: { '\\.(css|svg)$': '<rootDir>/jest.asset.js' }
};
