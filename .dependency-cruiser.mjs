/*
 * The dependency order: a module imports only from lower ranks, and modules of the same rank never import each other.
 * Add a new module to its rank here. To notify a higher module, enqueue a typed event in the same transaction.
 */
const RANKS = [
  ['platform'],
  ['audit'],
  ['jobs'],
  ['events'],
  ['mail', 'operator'],
  ['keys', 'portal', 'webhooks', 'contacts', 'memberships'],
  ['auth'],
  ['tiers', 'pricing', 'metering'],
  ['credits', 'openrouter'],
  ['growth', 'organizations'],
  ['usage', 'coupons', 'provisioning', 'bulk'],
  ['payments', 'gateway', 'budgets'],
  ['notifications', 'analytics', 'accounts', 'advice'],
  ['integrations', 'compat', 'imports'],
  ['doctor'],
];
const TOP = ['health', 'app', 'cli'];
const anyOf = (modules) => `^src/(${modules.join('|')})/`;

const ranked = RANKS.flatMap((modules, rank) => {
  const higher = RANKS.slice(rank + 1).flat();
  return modules.map((module) => ({
    name: `rank-of-${module}`,
    comment: `${module} (rank ${rank}) can import only from lower ranks: move the shared part down, or send an event`,
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
      comment: 'Import cycle: merge the two files, or move the shared part to a third one',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    ...ranked,
    {
      name: 'entry-points-are-not-imported',
      comment:
        'app, cli and the two entry points are at the top; nothing else imports them (tests can build the application)',
      severity: 'error',
      from: { path: '^src/(?!main\\.ts$|cli\\.ts$|cli/|app/)' },
      to: { path: '^src/(app/|cli/|[^/]+\\.ts$)' },
    },
    {
      name: 'nobody-imports-auth',
      comment: 'The auth guard covers every route and reads decorators from platform: no module needs to import auth',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(auth/|health/|app/|cli/)' },
      to: { path: '^src/auth/' },
    },
    {
      name: 'commands-call-services',
      comment: 'A command calls the service that the route calls; a controller is HTTP only',
      severity: 'error',
      from: { path: '(command\\.ts$|^src/cli/)' },
      to: { path: '\\.controller\\.ts$' },
    },
    {
      name: 'generated-imports-platform-only',
      comment: 'Row classes import only the decorators of platform',
      severity: 'error',
      from: { path: '^src/generated/' },
      to: { path: '^src/', pathNot: '^src/(generated|platform)/' },
    },
    {
      name: 'source-stands-alone',
      comment: 'Shipped code never imports tests, scripts or benchmarks',
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
      comment: 'An import that cannot be resolved (the excepted package has only types at its root)',
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
