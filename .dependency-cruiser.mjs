/*
 * The order of the house: a module imports only from lower ranks, equals never from each other. Add a new module to
 * its rank here. Whoever has to talk upwards enqueues a typed event in the same transaction.
 */
const RANKS = [
  ['platform'],
  ['audit'],
  ['jobs'],
  ['auth'],
  ['tiers', 'pricing', 'metering'],
  ['credits', 'openrouter'],
  ['usage', 'coupons', 'provisioning'],
  ['payments', 'gateway', 'budgets'],
  ['notifications', 'analytics', 'accounts'],
  ['integrations', 'compat', 'imports'],
  ['doctor'],
];
const TOP = ['health'];
const anyOf = (modules) => `^src/(${modules.join('|')})/`;

const ranked = RANKS.flatMap((modules, rank) => {
  const higher = RANKS.slice(rank + 1).flat();
  return modules.map((module) => ({
    name: `rank-of-${module}`,
    comment: `${module} (rank ${rank}) may import only from lower ranks: move the shared part down, or send an event`,
    severity: 'error',
    from: { path: anyOf([module]) },
    to: { path: anyOf([...higher, ...TOP, ...modules.filter((other) => other !== module)]) },
  }));
});

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    {
      name: 'no-cycles',
      comment: 'Two files that need each other are one file, or have a third one in common',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    ...ranked,
    {
      name: 'entry-points-are-not-imported',
      comment: 'app.module, main and cli stand at the top (the tests may build the application)',
      severity: 'error',
      from: { path: '^src/(?!main\\.ts$|cli\\.|app\\.)' },
      to: { path: '^src/[^/]+\\.ts$' },
    },
    {
      name: 'nobody-imports-auth',
      comment: 'It stands before every route and reads decorators from platform: no module needs auth itself',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(auth/|health/|app\\.|main\\.ts$|cli\\.)' },
      to: { path: '^src/auth/' },
    },
    {
      name: 'generated-imports-platform-only',
      comment: 'Row classes know the decorators of platform and nothing else of ours',
      severity: 'error',
      from: { path: '^src/generated/' },
      to: { path: '^src/', pathNot: '^src/(generated|platform)/' },
    },
    {
      name: 'source-stands-alone',
      comment: 'What is shipped never imports tests, scripts or measurements',
      severity: 'error',
      from: { path: '^src/', pathNot: '\\.spec\\.ts$' },
      to: { path: '^(test|scripts|bench|web)/' },
    },
    {
      name: 'known-modules-only',
      comment: 'A new folder under src/ needs a rank: add it to RANKS in .dependency-cruiser.mjs',
      severity: 'error',
      from: { path: '^src/', pathNot: [anyOf([...RANKS.flat(), ...TOP, 'generated']), '^src/[^/]+\\.ts$'] },
      to: {},
    },
    {
      name: 'nothing-unresolved',
      comment: 'An import that leads nowhere (the package named here has types at its root and no code)',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true, pathNot: '^@prisma/schema-engine-wasm$' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^src/generated/prisma' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      extensions: ['.ts', '.js', '.mjs', '.json'],
      conditionNames: ['node', 'import', 'default'],
    },
  },
};
