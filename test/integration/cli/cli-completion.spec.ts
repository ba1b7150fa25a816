import { describe, expect, it } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { cliOn } from '../../support/cli.js';

describe('completion of the command line', () => {
  const script = async (shell: string): Promise<string> => (await cliOn('not a url')('completion', shell)).stdout;

  it('completes all commands and options in bash', async () => {
    const text = await script('bash');
    const complete = (...words: string[]): string[] => {
      const ask = `${text}\nCOMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _tollgate; printf '%s\\n' "\${COMPREPLY[@]}"`;
      const { stdout, stderr } = spawnSync('bash', ['-c', ask, 'bash', ...words], { encoding: 'utf8' });
      expect(stderr).toBe('');
      return stdout.trim().split('\n');
    };
    expect(complete('tollgate', 'cre')).toEqual(['credits']);
    expect(complete('tollgate', 'credits', '')).toEqual(
      expect.arrayContaining(['show', 'allocate', 'refund', '--help']),
    );
    expect(complete('tollgate', 'credits', 'allocate', 'bob', '--so')).toEqual(['--source']);
    expect(complete('tollgate', 'transactions', 'list', 'bob', '--type', 'pu')).toEqual(['purchase']);
    expect(complete('tollgate', 'litellm', 'rejected', 'as')).toEqual(['assign']);
    expect(complete('tollgate', 'import', 'csv', 'folder', 'ver')).toEqual(['verify']);
    // what was typed as the value of an option is no command
    expect(complete('tollgate', 'credits', 'allocate', 'tiers', '--am')).toEqual(['--amount']);
  });

  it('provides descriptions in zsh', async () => {
    const text = await script('zsh');
    expect(text).toMatch(/^#compdef tollgate\n/);
    expect(text).toContain(`'allocate:Add credits from a source; debt is paid first'`);
    expect(text).toContain(`'transactions list --type') entries=('usage' 'purchase' `);
  });

  it('refuses unknown shells', async () => {
    const run = await cliOn('not a url')('completion', 'fish');
    expect([run.code, run.stderr]).toEqual([2, 'tollgate: The shell must be one of bash, zsh.\n']);
  });
});
