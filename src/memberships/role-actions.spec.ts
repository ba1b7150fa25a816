import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { type MemberAction, permissionOf, ROLE_ACTIONS, scopesOf } from './role-actions.js';

const ROLES = ['owner', 'admin', 'billing', 'member', 'viewer'] as const;
const MARKS = { all: '●', own: '○' };

/** The table as docs/organizations.md has it. */
function table(): string[] {
  const mark = (role: (typeof ROLES)[number], action: MemberAction): string => {
    const permission = permissionOf(role, action);
    return permission === null ? '' : MARKS[permission];
  };
  return (Object.keys(ROLE_ACTIONS) as MemberAction[]).map((action) =>
    [action, ...ROLES.map((role) => mark(role, action))].join('|'),
  );
}

describe('role actions', () => {
  it('docs/organizations.md has the table of the code', () => {
    const file = readFileSync(path.resolve('docs/organizations.md'), 'utf8');
    const [, text = ''] = /<!-- roles -->([^]*)<!-- end of roles -->/.exec(file) ?? [];
    const rows = text.split('\n').filter((line) => line.startsWith('| `'));
    const cellsOf = (line: string): string[] => line.split('|').slice(1, -1);
    expect(
      rows.map((line) =>
        cellsOf(line)
          .map((cell) => cell.trim().replaceAll('`', ''))
          .join('|'),
      ),
    ).toEqual(table());
  });

  it('owners can do everything that anybody can, and viewers change nothing', () => {
    const actions = Object.keys(ROLE_ACTIONS) as MemberAction[];
    expect(actions.filter((action) => permissionOf('owner', action) !== 'all')).toEqual([]);
    expect(scopesOf('viewer')).toEqual([
      'balance:read',
      'credits:read',
      'usage:read',
      'models',
      'organizations:manage',
    ]);
  });

  it('only owners and billing members touch payments', () => {
    expect(ROLES.filter((role) => permissionOf(role, 'payments') !== null)).toEqual(['owner', 'billing']);
  });
});
