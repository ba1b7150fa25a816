import type { Format } from '../format.js';
import type { Facts, NoticeKind } from '../kinds.js';

/** What a person is told. Mails, in HTML and as text, and the inbox show the same. */
export interface Notice {
  /** Subject of the mail. */
  readonly title: string;
  readonly paragraphs: readonly string[];
  readonly facts: readonly { readonly label: string; readonly value: string }[];
  /** Where to go next; null if there is nothing to do. */
  readonly action: { readonly label: string; readonly path: string } | null;
}

/** The texts of a language: a notice for each kind, and what surrounds them in a mail. */
export interface Texts {
  readonly notices: { readonly [Kind in NoticeKind]: (facts: Facts[Kind], format: Format) => Notice };
  readonly frame: {
    /** Why the person gets the mail. */
    readonly why: (brand: string) => string;
    /** The same, for somebody who may have no account. */
    readonly entered: (brand: string) => string;
    readonly unsubscribe: string;
    readonly preferences: string;
    readonly help: string;
    /** Description of the chart in a monthly report. */
    readonly chart: string;
  };
  readonly unsubscribed: {
    readonly question: string;
    readonly button: string;
    readonly done: string;
    readonly invalid: string;
  };
  /** Names of the kinds, as in the preferences. */
  readonly kinds: Readonly<Record<NoticeKind, string>>;
}
