/**
 * `npm run mutate -- --count 100 --seed 7`: changes one operator, number or statement of the money rules at a time, and
 * runs the unit tests of the changed file. A change that no test notices is printed: a rule without a proof. The changes
 * are made on a copy of the sources. `--under src/credits` looks at one folder alone.
 */
import { spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import ts from 'typescript';
import { seededUniform } from '../test/support/model/seeded-random.ts';

interface Mutant {
  file: string;
  line: number;
  before: string;
  after: string;
  /** The whole file with the change. */
  text: string;
}

const FOLDERS = ['src/credits', 'src/pricing', 'src/payments'];
const TEST_TIMEOUT_MS = 300_000;

const SWAPS = new Map<ts.SyntaxKind, string[]>([
  [ts.SyntaxKind.LessThanToken, ['<=', '>']],
  [ts.SyntaxKind.LessThanEqualsToken, ['<', '>']],
  [ts.SyntaxKind.GreaterThanToken, ['>=', '<']],
  [ts.SyntaxKind.GreaterThanEqualsToken, ['>', '<']],
  [ts.SyntaxKind.EqualsEqualsEqualsToken, ['!==']],
  [ts.SyntaxKind.ExclamationEqualsEqualsToken, ['===']],
  [ts.SyntaxKind.PlusToken, ['-']],
  [ts.SyntaxKind.MinusToken, ['+']],
  [ts.SyntaxKind.AsteriskToken, ['/']],
  [ts.SyntaxKind.SlashToken, ['*']],
  [ts.SyntaxKind.PlusEqualsToken, ['-=']],
  [ts.SyntaxKind.MinusEqualsToken, ['+=']],
  [ts.SyntaxKind.AmpersandAmpersandToken, ['||']],
  [ts.SyntaxKind.BarBarToken, ['&&']],
]);
const CALLS = new Map([
  ['min', 'max'],
  ['max', 'min'],
  ['every', 'some'],
  ['some', 'every'],
]);

/** What a node could be replaced by, and which part of it. */
function replacements(node: ts.Node, tree: ts.SourceFile): [part: ts.Node, after: string][] {
  if (ts.isBinaryExpression(node) && !isText(node.left)) {
    return (SWAPS.get(node.operatorToken.kind) ?? []).map((after) => [node.operatorToken, after]);
  }
  if (ts.isBigIntLiteral(node)) return [[node, `${BigInt(node.text.slice(0, -1)) + 1n}n`]];
  if (ts.isNumericLiteral(node)) return [[node, String(Number(node.text) + 1)]];
  if (ts.isExpressionStatement(node) && ts.isBlock(node.parent)) return [[node, ';']];
  if (!ts.isCallExpression(node)) return [];
  const name = ts.isPropertyAccessExpression(node.expression) ? node.expression.name : node.expression;
  const after = CALLS.get(name.getText(tree));
  return after === undefined ? [] : [[name, after]];
}

const isText = (node: ts.Node): boolean => ts.isTemplateExpression(node) || ts.isStringLiteralLike(node);
const isNoRule = (node: ts.Node): boolean =>
  ts.isImportDeclaration(node) || ts.isTypeNode(node) || ts.isDecorator(node);

/** Every change of a file that the lists above know. */
function mutantsOf(root: string, file: string): Mutant[] {
  const source = readFileSync(path.join(root, file), 'utf8');
  const tree = ts.createSourceFile(file, source, ts.ScriptTarget.Latest, true);
  const found: Mutant[] = [];
  const visit = (node: ts.Node): void => {
    if (isNoRule(node)) return;
    for (const [part, after] of replacements(node, tree)) {
      const [start, end] = [part.getStart(tree), part.getEnd()];
      const line = tree.getLineAndCharacterOfPosition(start).line + 1;
      const before = source.slice(start, end).replace(/\s+/g, ' ');
      found.push({ file, line, before, after, text: source.slice(0, start) + after + source.slice(end) });
    }
    ts.forEachChild(node, visit);
  };
  visit(tree);
  return found;
}

function sample<T>(all: T[], count: number, next: () => number): T[] {
  const drawn = all.map((item) => ({ item, at: next() })).toSorted((a, b) => a.at - b.at);
  return drawn.slice(0, count).map(({ item }) => item);
}

/** Pure rules are the files with a spec beside them. */
function ruleFiles(root: string, folders: readonly string[]): string[] {
  return folders
    .flatMap((folder) =>
      readdirSync(path.join(root, folder), { recursive: true }).map((name) => path.join(folder, String(name))),
    )
    .filter((file) => file.endsWith('.ts') && existsSync(path.join(root, file.replace(/\.ts$/, '.spec.ts'))));
}

/** A copy of what the unit tests need. */
function copyOf(root: string): string {
  const copy = mkdtempSync(path.join(tmpdir(), 'mutate-'));
  for (const name of ['src', 'test', 'scripts', '.swcrc', 'package.json', 'jest.config.mjs', 'tsconfig.json']) {
    cpSync(path.join(root, name), path.join(copy, name), { recursive: true });
  }
  symlinkSync(path.join(root, 'node_modules'), path.join(copy, 'node_modules'));
  return copy;
}

/** Whether the unit tests that reach the files pass. */
function passes(root: string, ...files: string[]): boolean {
  const jest = [
    'node_modules/jest/bin/jest.js',
    '--selectProjects',
    'unit',
    '--bail',
    '--runInBand',
    '--reporters=default',
  ];
  const run = spawnSync(
    process.execPath,
    ['--import', './test/support/jest/run-specs.ts', '--no-warnings', ...jest, '--findRelatedTests', ...files],
    { cwd: root, stdio: 'ignore', timeout: TEST_TIMEOUT_MS },
  );
  return run.status === 0;
}

const { values } = parseArgs({
  options: {
    count: { type: 'string', default: '100' },
    seed: { type: 'string', default: '1' },
    under: { type: 'string', multiple: true, default: FOLDERS },
  },
});
const root = path.resolve(import.meta.dirname, '..');
const mutants = sample(
  ruleFiles(root, values.under).flatMap((file) => mutantsOf(root, file)),
  Number(values.count),
  seededUniform(Number(values.seed)),
);
const copy = copyOf(root);
let killed = 0;
try {
  const files = new Set(mutants.map(({ file }) => file));
  if (!passes(copy, ...files)) throw new Error('the unit tests fail, or take too long, without any change');
  for (const [n, { file, line, before, after, text }] of mutants.entries()) {
    const place = path.join(copy, file);
    const original = readFileSync(place, 'utf8');
    writeFileSync(place, text);
    const survived = passes(copy, file);
    writeFileSync(place, original);
    if (!survived) killed += 1;
    console.log(`${n + 1}/${mutants.length} ${survived ? 'SURVIVED' : 'killed'} ${file}:${line} ${before} -> ${after}`);
  }
} finally {
  rmSync(copy, { recursive: true, force: true });
}
console.log(`${killed} of ${mutants.length} changes were noticed (${Math.round((100 * killed) / mutants.length)} %).`);
