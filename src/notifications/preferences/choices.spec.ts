import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { INBOX_KINDS, KINDS } from '../../mail/notices/kinds.js';
import { choicesOf, mutedAfter } from './choices.js';

const ALL_ON = { muted_mails: [], muted_inbox: [] };
const choices = fc.uniqueArray(
  fc.record({ kind: fc.constantFrom(...INBOX_KINDS), mail: fc.boolean(), inbox: fc.boolean() }),
  { selector: ({ kind }) => kind },
);

describe('choices of notifications', () => {
  it('are all on at first, except mails that do not exist', () => {
    for (const { kind, mail, inbox } of choicesOf(ALL_ON)) {
      expect(inbox).toBe(true);
      expect(mail).toBe(KINDS[kind].mail !== 'never');
    }
  });

  it('are read as they were written', () => {
    fc.assert(
      fc.property(choices, choices, (before, changed) => {
        const muted = mutedAfter(mutedAfter(ALL_ON, before), changed);
        for (const { kind, mail, inbox } of choicesOf(muted)) {
          const wanted = [...changed, ...before].find((choice) => choice.kind === kind);
          expect(inbox).toBe(wanted?.inbox ?? true);
          if (KINDS[kind].mail === 'on') expect(mail).toBe(wanted?.mail ?? true);
        }
      }),
    );
  });

  it('never switch mails about security off', () => {
    const muted = mutedAfter(ALL_ON, [{ kind: 'key_paused', mail: false, inbox: false }]);
    expect(muted).toEqual({ muted_mails: [], muted_inbox: ['key_paused'] });
  });
});
