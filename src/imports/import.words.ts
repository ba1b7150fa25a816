import type { Column, Terminal } from '../platform/cli/terminal.js';
import type { KindReport } from './report.js';
import type { Shape } from './source.js';
import type { Verification } from './verification.service.js';

const TABLES: readonly Column[] = [
  ['table', 'table'],
  ['rows', 'rows'],
];
const LEFT_OUT: readonly Column[] = [
  ['stays there', 'what'],
  ['rows', 'rows'],
  ['because', 'why'],
];
const REPORTS: readonly Column[] = [
  ['kind', 'kind'],
  ['rows', 'rows'],
  ['credits', 'credits'],
  ['tokens', 'tokens'],
  ['not taken', 'refused'],
];
const STATES: readonly Column[] = [
  ['new', 'new'],
  ['to accounts here', 'added'],
  ['known', 'known'],
  ['kept as it is here', 'kept'],
];
const ODDITIES: readonly Column[] = [
  ['kind', 'kind'],
  ['rows', 'rows'],
  ['each of which', 'oddity'],
  ['such as', 'example'],
];
const FIRST: readonly Column[] = [
  ['first rows', 'row'],
  ['becomes', 'state'],
  ['record', 'record'],
];
const DIFFERENCES: readonly Column[] = [
  ['kind', 'kind'],
  ['of', 'of'],
  ['what', 'what'],
  ['in the source', 'source'],
  ['here', 'here'],
];

/** Rows that fit to a screen or two. */
const ERRORS_SHOWN = 20;
const DIFFERENCES_SHOWN = 100;

/** What a report is about. */
interface About {
  system: string;
  name: string;
  credits_per_usd: string;
}

/** What a source looks like, for people. */
export function tellShape(terminal: Terminal, { version, tables, left_out }: Shape): void {
  terminal.print(`Found: ${version}.`);
  terminal.printRows(TABLES, tables);
  terminal.printRows(LEFT_OUT, left_out);
}

/** What becomes, or became, of the rows, for people. */
export function tellReports(terminal: Terminal, about: About, reports: readonly KindReport[]): void {
  terminal.print(`1 USD is 1 credit here, and ${about.credits_per_usd} in the source.`);
  const hasStates = reports.some(({ states }) => states !== undefined);
  const rows = reports.map((report) => ({ ...report, ...report.states }));
  terminal.printRows(hasStates ? [...REPORTS, ...STATES] : REPORTS, rows);
  const oddities = reports.flatMap(({ kind, oddities: of }) => of.map((oddity) => ({ kind, ...oddity })));
  terminal.printRows(ODDITIES, oddities);
  terminal.printRows(
    FIRST,
    reports.flatMap((report) => report.first ?? []),
  );
  tellErrors(terminal, reports);
}

/** How a comparison ended, for people. */
export function tellVerification(terminal: Terminal, { users, differences, reports }: Verification): void {
  tellErrors(terminal, reports);
  if (differences.length === 0) {
    terminal.print(`Everything agrees: the sums of ${users} users are the same to the last digit.`);
    return;
  }
  terminal.printFirstRows(DIFFERENCES, differences, DIFFERENCES_SHOWN, 'differences');
}

function tellErrors(terminal: Terminal, reports: readonly KindReport[]): void {
  for (const { kind, refused, errors } of reports) {
    if (refused === 0) continue;
    terminal.print(`Not taken, of ${kind}: ${refused}`);
    for (const { row, error } of errors.slice(0, ERRORS_SHOWN)) terminal.print(`  ${row}: ${error}`);
    if (refused > ERRORS_SHOWN) terminal.print(`  and ${refused - ERRORS_SHOWN} more`);
  }
}
