import { meaningOf } from './printed-form.ts';

/**
 * `fault`: charging would be wrong or impossible, so the service does not serve. `warning`: it serves and logs a
 * warning.
 */
export type Severity = 'fault' | 'warning';

/** One line of the catalogue. */
export interface Entry {
  kind: string;
  object: string;
  definition: string;
}

/** The parts of a column definition that are compared. */
interface Column {
  type: string;
  not_null: boolean;
  /** For an identity or generated column. */
  generated: string;
  default: string;
}

const COLUMN = /^(?<type>.*?)(?<not_null> not null)?(?<generated> generated .*?)?(?: default (?<default>.*))?$/s;

/**
 * Decides which differences stop the service. `is_newer`: a newer release has migrated the database and may have
 * replaced rules in it; everything this release reads and writes must still exist.
 */
export class Severities {
  private readonly is_newer: boolean;

  // not a parameter property, because scripts run this file unbuilt, where only erasable TypeScript is allowed
  constructor(is_newer: boolean) {
    this.is_newer = is_newer;
  }

  ofMissing({ kind, definition }: Entry, is_view: boolean): Severity {
    if (is_view) return 'warning';
    if (kind === 'index') return faultIf(isUnique(definition));
    if (kind === 'constraint') return faultIf(isKey(definition) || !this.is_newer);
    return 'fault';
  }

  /** Returns null if both definitions mean the same. */
  ofDifferent({ kind, definition: expected }: Entry, live: string, is_view: boolean): Severity | null {
    if (live === expected) return null;
    if (kind !== 'function' && kind !== 'enum' && meaningOf(live) === meaningOf(expected)) return null;
    if (is_view) return 'warning';
    if (kind === 'column') return this.ofColumns(columnOf(expected), columnOf(live));
    if (kind === 'index') return faultIf(isUnique(expected));
    if (kind === 'constraint') return faultIf(isKey(expected));
    if (kind === 'enum') return faultIf(valuesOf(expected).some((value) => !valuesOf(live).includes(value)));
    return faultIf(kind === 'table' || !this.is_newer || live.endsWith('(disabled)'));
  }

  /** An unexpected column is a fault unless it can stay empty. */
  ofUnexpected({ kind, definition }: Entry): Severity {
    if (kind !== 'column') return 'warning';
    const { not_null, generated, default: value } = columnOf(definition);
    return faultIf(not_null && generated === '' && value === '');
  }

  private ofColumns(expected: Column, live: Column): Severity {
    if (live.type !== expected.type && !isWider(live.type, expected.type)) return 'fault';
    if (live.not_null !== expected.not_null || live.generated !== expected.generated) return 'fault';
    if (meaningOf(live.default) === meaningOf(expected.default) || expected.default === '') return 'warning';
    return faultIf(live.default === '' || !this.is_newer);
  }
}

const faultIf = (condition: boolean): Severity => (condition ? 'fault' : 'warning');
const isUnique = (definition: string): boolean => definition.startsWith('CREATE UNIQUE');
const isKey = (definition: string): boolean => /^(PRIMARY KEY|UNIQUE|EXCLUDE)/.test(definition);
const valuesOf = (definition: string): string[] => definition.split(', ');

function columnOf(definition: string): Column {
  const { type = '', not_null, generated = '', default: value = '' } = COLUMN.exec(definition)?.groups ?? {};
  return { type, not_null: not_null !== undefined, generated, default: value };
}

/** Returns whether a text column is wider than expected, which is harmless. */
function isWider(live: string, expected: string): boolean {
  const [most = NaN, needed = NaN] = [live, expected].map((type) =>
    Number(/^character varying\((\d+)\)$/.exec(type)?.[1]),
  );
  return (
    most > needed ||
    (live === 'text' && !Number.isNaN(needed)) ||
    (live === 'character varying' && !Number.isNaN(needed))
  );
}
