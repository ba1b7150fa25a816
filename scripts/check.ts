/**
 * `npm run check`: all checks except the tests. A failed step prints what it verifies and how to fix it. Exits with 1
 * if any step failed.
 */
import { spawn } from 'node:child_process';
import path from 'node:path';

interface Step {
  name: string;
  command: string[];
  proves: string;
  repair: string;
}

interface Result {
  step: Step;
  passed: boolean;
  output: string;
  seconds: number;
}

const root = path.resolve(import.meta.dirname, '..');
// Each step uses about one core, and the machines that run this have at least two.
const CONCURRENCY = 2;

// Longest first, so that a short one finishes last.
const steps: Step[] = [
  {
    name: 'lint',
    command: ['node_modules/.bin/eslint', '--cache', '--cache-location', 'node_modules/.cache/eslint/', '.'],
    proves: 'the code follows the lint rules (eslint.config.mjs)',
    repair: 'fix the lines listed above; "npm run lint -- --fix" fixes some of them',
  },
  {
    name: 'drift',
    command: ['scripts/check-drift.ts'],
    proves: 'the migrations produce exactly schema.prisma, and the generated files are up to date',
    repair: 'add a migration for a changed schema, run "npm run generate" for changed row classes, and commit both',
  },
  {
    name: 'types',
    command: ['node_modules/.bin/tsc', '--noEmit', '-p', 'tsconfig.json'],
    proves: 'the types are correct, including tests and scripts',
    repair: 'fix the lines listed above',
  },
  {
    name: 'web',
    command: ['node_modules/.bin/tsc', '-p', 'web/src/tsconfig.json'],
    proves: 'the types of the dashboard are correct and match openapi.json',
    repair: 'fix the lines listed above; a renamed column or route must be renamed in the page that shows it',
  },
  {
    name: 'openapi',
    command: ['scripts/openapi.ts', '--check'],
    proves: 'openapi.json matches the code',
    repair: 'run "npm run openapi", review the difference from a client\'s view, and commit it',
  },
  {
    name: 'redocly',
    command: ['node_modules/@redocly/cli/bin/cli.js', 'lint', '--config', 'redocly.yaml', 'openapi.json'],
    proves: 'openapi.json is valid OpenAPI 3.1, its examples match their schemas, and nothing in it is unused',
    repair: 'fix the decorator that generated the part listed above, then run "npm run openapi"',
  },
  {
    name: 'spectral',
    command: [
      'node_modules/@stoplight/spectral-cli/dist/index.js',
      'lint',
      '--ruleset',
      '.spectral.yaml',
      '--fail-severity',
      'warn',
      'openapi.json',
    ],
    proves: 'openapi.json follows the rules that client and documentation generators expect',
    repair: 'fix the decorator that generated the part listed above, then run "npm run openapi"',
  },
  {
    name: 'order',
    command: ['node_modules/.bin/depcruise', 'src', '--config', '.dependency-cruiser.mjs'],
    proves: 'modules import only from lower ranks, without cycles',
    repair: 'move shared code to the lower module, or use an event to notify the higher one (ARCHITECTURE.md)',
  },
  {
    name: 'unused',
    command: ['node_modules/knip/bin/knip.js', '--no-progress', '--no-config-hints'],
    proves: 'no file, export or package is unused',
    repair: 'delete what is listed above; a package that knip cannot see goes with its reason into knip.config.ts',
  },
  {
    name: 'format',
    command: ['node_modules/.bin/prettier', '--check', '--log-level', 'warn', '.'],
    proves: 'every file is formatted',
    repair: 'run "npm run format"',
  },
];

const results = await runAll(steps);
results.filter((result) => !result.passed).forEach(report);
const failed = results.filter((result) => !result.passed).map((result) => result.step.name);
const verdict = failed.length === 0 ? 'all passed' : `failed: ${failed.join(', ')}`;
console.log(`\ncheck: ${String(results.length)} steps, ${verdict}`);
process.exitCode = failed.length === 0 ? 0 : 1;

async function runAll(all: Step[]): Promise<Result[]> {
  const waiting = [...all];
  const done: Result[] = [];
  const work = async () => {
    for (let step = waiting.shift(); step !== undefined; step = waiting.shift()) {
      const result = await run(step);
      done.push(result);
      console.log(`${result.passed ? 'ok    ' : 'FAILED'} ${step.name.padEnd(8)} ${result.seconds.toFixed(1)} s`);
    }
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, work));
  return done;
}

async function run(step: Step): Promise<Result> {
  const started = performance.now();
  return new Promise((resolve) => {
    const quiet = { REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true', REDOCLY_TELEMETRY: 'off' };
    const env = { ...process.env, ...quiet, FORCE_COLOR: process.stdout.isTTY ? '1' : '0' };
    const options = { cwd: root, env };
    const child = spawn(process.execPath, step.command, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    const collect = (chunk: Buffer) => (output += chunk.toString());
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    child.on('close', (code) => {
      resolve({ step, passed: code === 0, output, seconds: (performance.now() - started) / 1000 });
    });
  });
}

function report({ step, output }: Result): void {
  console.log(`\n--- ${step.name} failed ${'-'.repeat(60)}`);
  console.log(output.trim());
  console.log(`It verifies that ${step.proves}.`);
  console.log(`To fix: ${step.repair}.`);
}
