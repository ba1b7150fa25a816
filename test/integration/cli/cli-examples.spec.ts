import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { KeyRing } from '../../../src/platform/secrets/key-ring.js';
import { cliOn } from '../../support/cli.js';
import { TestEnv } from '../../support/factories.js';

/** They run until they are stopped, or read a file. */
const NOT_RUN = /^webhooks listen|FILE/;
const WORDS = /'[^']*'|\S+/g;

let w: TestEnv;
let cli: ReturnType<typeof cliOn>;
beforeAll(async () => {
  const env = { ENCRYPTION_KEYS: KeyRing.make('k1') };
  w = await TestEnv.start({ env });
  cli = cliOn(w.t.database_url, env);
});
afterAll(() => w.close());

/** Returns the example of a command, or those of its subcommands. */
async function examples(...command: string[]): Promise<string[]> {
  const { stdout } = await cli(...command, '--help');
  const names = /\nCommands:\n([^]*?)(\n\n|$)/.exec(stdout)?.[1]?.matchAll(/^ {2}([a-z][a-z-]*)/gm) ?? [];
  const subcommands = [...names].map(([, name = '']) => name).filter((name) => name !== 'help');
  if (subcommands.length === 0) return [/Example:\n {2}\.\/tollgate (.*)/.exec(stdout)?.[1] ?? `no example: ${stdout}`];
  return (await Promise.all(subcommands.map((name) => examples(...command, name)))).flat();
}

it('the example in the help of each command with options is valid', async () => {
  const all = (await examples()).filter((example) => example.includes(' --') && !NOT_RUN.test(example));
  expect(all.length).toBeGreaterThan(20);
  const invalid: string[] = [];
  for (const example of all) {
    const words = (example.match(WORDS) ?? []).map((word) => word.replace(/^'(.*)'$/, '$1'));
    const { code, stderr } = await cli(...words);
    if (code === 2) invalid.push(`${example}: ${stderr}`);
  }
  expect(invalid).toEqual([]);
}, 600_000);
