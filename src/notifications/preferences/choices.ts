import { INBOX_KINDS, KINDS, type NoticeKind } from '../../mail/notices/kinds.js';

/** Kinds that a person switched off. */
export interface Muted {
  readonly muted_mails: readonly string[];
  readonly muted_inbox: readonly string[];
}

/** Whether a person is told of a kind, by mail and in the inbox. */
export interface Choice {
  readonly kind: NoticeKind;
  readonly mail: boolean;
  readonly inbox: boolean;
}

/** Returns the choice that applies to each kind. Mails about security are always sent, and some kinds have no mail. */
export const choicesOf = ({ muted_mails, muted_inbox }: Muted): Choice[] =>
  INBOX_KINDS.map((kind) => ({
    kind,
    mail: KINDS[kind].mail === 'always' || (KINDS[kind].mail === 'on' && !muted_mails.includes(kind)),
    inbox: !muted_inbox.includes(kind),
  }));

/** Returns what is switched off after some choices change. Choices about mails that cannot be switched off are ignored. */
export function mutedAfter(
  before: Muted,
  choices: readonly Choice[],
): { muted_mails: string[]; muted_inbox: string[] } {
  const applying = choicesOf(before).map((known) => choices.find(({ kind }) => kind === known.kind) ?? known);
  return {
    muted_mails: applying.filter(({ kind, mail }) => !mail && KINDS[kind].mail === 'on').map(({ kind }) => kind),
    muted_inbox: applying.filter(({ inbox }) => !inbox).map(({ kind }) => kind),
  };
}
