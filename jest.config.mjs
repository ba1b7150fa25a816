/** @type {import('jest').Config} */
const shared = {
  runner: '<rootDir>/test/support/jest/runner.mjs',
  testEnvironment: 'node',
  // for --findRelatedTests: sources import './x.js', and the file is x.ts
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  setupFiles: ['<rootDir>/test/support/jest/property-size.ts'],
};

/** @type {import('jest').Config} */
export default {
  // Many specs wait for processes, so three workers keep two cores busy.
  maxWorkers: 3,
  testSequencer: '<rootDir>/test/support/jest/slow-first.mjs',
  reporters: ['default', '<rootDir>/test/support/jest/count-reporter.mjs'],
  projects: [
    { ...shared, displayName: 'unit', testMatch: ['<rootDir>/{src,web/src}/**/*.spec.ts'] },
    {
      ...shared,
      displayName: 'integration',
      testMatch: ['<rootDir>/test/**/*.spec.ts'],
      globalSetup: '<rootDir>/test/support/jest/global-setup.mjs',
      globalTeardown: '<rootDir>/test/support/jest/global-teardown.mjs',
    },
  ],
};
