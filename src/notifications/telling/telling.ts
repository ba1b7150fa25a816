import type { Facts, NoticeKind } from '../../mail/notices/kinds.js';

/** What a person is told. */
export type Telling = {
  [Kind in NoticeKind]: {
    readonly kind: Kind;
    readonly facts: Facts[Kind];
    /** The condition that it is about, if it can last and end: the person is told of it once until it ends. */
    readonly alert?: string;
    /** The person is told only if one of these conditions, of which it was told, ended. */
    readonly ends?: readonly string[];
  };
}[NoticeKind];
