// The objects of a database as sorted lines `kind object: definition`. The lines of a freshly migrated database are
// committed as src/generated/catalogue.ts; the drift check at startup compares them with the live ones.
import type pg from 'pg';
import { type Entry, Severities, type Severity } from './severity.ts';

/** An object whose definition in the live database differs from that of the migrations. */
export interface Difference {
  kind: 'missing' | 'unexpected' | 'different';
  severity: Severity;
  /** `table.column`, `table.constraint`, or the name of a table, type or function. */
  object: string;
  expected?: string;
  live?: string;
  /** Human-readable message. */
  message: string;
}

type Queryable = Pick<pg.Pool | pg.Client, 'query'>;

/** Kinds of objects that belong to a table. On our tables, unknown ones are reported. */
const PARTS_OF_TABLES = ['column', 'constraint', 'index', 'trigger'];

/**
 * Reads the lines of the schema `public` in one round trip, without Prisma's migration history, objects of
 * extensions, and partitions, which come and go (see partitions.ts). PostgreSQL 15 to 18 return the same lines.
 */
export async function readCatalogue(db: Queryable): Promise<string[]> {
  const rows = await inPublic<{ line: string }>(db, CATALOGUE_SQL);
  return rows.map(({ line }) => line.replace(/\s+/g, ' ').trim()).sort();
}

/** Returns the comments of the schema `public` as COMMENT ON statements, in the format of prisma/comments.sql. */
export async function readComments(db: Queryable): Promise<string[]> {
  const rows = await inPublic<{ target: string; comment: string }>(db, COMMENTS_SQL);
  return rows.map(({ target, comment }) => `COMMENT ON ${target} IS '${comment.replaceAll("'", "''")}';`).sort();
}

/**
 * Returns the differences between `live` and `expected`, faults first. Ignores foreign tables, types and functions,
 * non-unique indexes, and columns that are `leaving`. `is_newer`: a newer release has migrated the database.
 */
export function compareCatalogue(
  expected: readonly string[],
  live: readonly string[],
  { is_newer }: { is_newer: boolean },
): Difference[] {
  const isLeaving = (line: string): boolean => line.startsWith('leaving ');
  const leaving = byKey(expected.filter(isLeaving).map((line) => line.replace('leaving', 'column')));
  const wanted = byKey(expected.filter((line) => !isLeaving(line)));
  const found = byKey(live);
  const severities = new Severities(is_newer);
  const isView = ({ kind, object, definition }: Entry): boolean =>
    kind === 'table' ? definition === 'view' : wanted.get(`table ${object.split('.')[0] ?? ''}`)?.definition === 'view';
  const missing = [...wanted].filter(([key]) => !found.has(key)).map(([, entry]) => entry);
  const missingTables = new Set(missing.filter(({ kind }) => kind === 'table').map(({ object }) => object));
  const differences = [
    ...missing
      .filter((entry) => !(PARTS_OF_TABLES.includes(entry.kind) && missingTables.has(tableOf(entry))))
      .map((entry) => missingOf(entry, severities.ofMissing(entry, isView(entry)))),
    ...[...wanted].flatMap(([key, entry]) => {
      const there = found.get(key);
      const severity = there ? severities.ofDifferent(entry, there.definition, isView(entry)) : null;
      return there && severity ? [differentOf(entry, there.definition, severity)] : [];
    }),
    ...[...found]
      .filter(([key, entry]) => !wanted.has(key) && !leaving.has(key) && isOurs(entry, wanted))
      .map(([, entry]) => unexpectedOf(entry, severities.ofUnexpected(entry))),
  ];
  const has = (severity: Severity): Difference[] =>
    differences.filter((difference) => difference.severity === severity);
  return [...has('fault'), ...has('warning')];
}

function missingOf({ kind, object, definition }: Entry, severity: Severity): Difference {
  const should = definition ? ` (should be ${definition})` : '';
  return { kind: 'missing', severity, object, expected: definition, message: `${kind} ${object} is missing${should}` };
}

function differentOf({ kind, object, definition: expected }: Entry, live: string, severity: Severity): Difference {
  const message = `${kind} ${object} is ${live} (should be ${expected})`;
  return { kind: 'different', severity, object, expected, live, message };
}

function unexpectedOf({ kind, object, definition }: Entry, severity: Severity): Difference {
  const message = `${kind} ${object} should not exist (is ${definition})`;
  return { kind: 'unexpected', severity, object, live: definition, message };
}

function isOurs(entry: Entry, wanted: Map<string, Entry>): boolean {
  if (!PARTS_OF_TABLES.includes(entry.kind) || !wanted.has(`table ${tableOf(entry)}`)) return false;
  return entry.kind !== 'index' || entry.definition.startsWith('CREATE UNIQUE'); // a unique index can refuse rows
}

const tableOf = (entry: Entry): string => entry.object.slice(0, entry.object.indexOf('.'));

function byKey(lines: readonly string[]): Map<string, Entry> {
  const entries = lines.map((line): [string, Entry] => {
    const [, kind = '', object = '', definition = ''] = /^(\S+) (.*?): ?(.*)$/s.exec(line) ?? [];
    return [`${kind} ${object}`, { kind, object, definition }];
  });
  return new Map(entries);
}

/** Runs a query with a fixed search path, because definitions qualify names that are not on the search path. */
async function inPublic<Row>(db: Queryable, select: string): Promise<Row[]> {
  // two statements in one simple query form one transaction, to which the setting is local
  const results = (await db.query(`SET LOCAL search_path TO public; ${select}`)) as unknown as { rows: Row[] }[];
  return results.at(-1)?.rows ?? [];
}

const RELATIONS = `
  relations AS (
    SELECT c.oid, c.relname, c.relkind FROM pg_class c
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm') AND c.relname <> '_prisma_migrations'
      AND NOT c.relispartition
      AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
  ),
  enums AS (
    SELECT t.oid, t.typname FROM pg_type t
    WHERE t.typnamespace = 'public'::regnamespace AND t.typtype = 'e'
      AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_type'::regclass AND d.objid = t.oid AND d.deptype = 'e')
  )`;

const CATALOGUE_SQL = `
WITH ${RELATIONS}
SELECT 'table ' || relname || ':' || CASE relkind
    WHEN 'p' THEN ' partitioned by ' || pg_get_partkeydef(oid) WHEN 'v' THEN ' view' WHEN 'm' THEN ' materialized view'
    ELSE '' END AS line
FROM relations
UNION ALL
SELECT 'column ' || r.relname || '.' || a.attname || ': ' || format_type(a.atttypid, a.atttypmod)
  || CASE WHEN a.attnotnull THEN ' not null' ELSE '' END
  || CASE a.attidentity WHEN 'a' THEN ' generated always as identity' WHEN 'd' THEN ' generated by default as identity' ELSE '' END
  || COALESCE(CASE a.attgenerated WHEN '' THEN ' default ' ELSE ' generated ' END || pg_get_expr(d.adbin, d.adrelid), '')
FROM relations r
JOIN pg_attribute a ON a.attrelid = r.oid AND a.attnum > 0 AND NOT a.attisdropped
LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
UNION ALL
SELECT 'constraint ' || r.relname || '.' || c.conname || ': ' || pg_get_constraintdef(c.oid)
FROM relations r JOIN pg_constraint c ON c.conrelid = r.oid
WHERE c.contype IN ('p', 'u', 'c', 'f', 'x') -- PostgreSQL 18 lists NOT NULL as constraints too
UNION ALL
SELECT 'index ' || r.relname || '.' || i.relname || ': ' || pg_get_indexdef(x.indexrelid)
  || CASE WHEN x.indisvalid THEN '' ELSE ' (invalid)' END
FROM relations r JOIN pg_index x ON x.indrelid = r.oid JOIN pg_class i ON i.oid = x.indexrelid
WHERE NOT EXISTS (SELECT FROM pg_constraint c WHERE c.conindid = x.indexrelid AND c.contype IN ('p', 'u', 'x'))
UNION ALL
SELECT 'trigger ' || r.relname || '.' || t.tgname || ': ' || pg_get_triggerdef(t.oid)
  || CASE t.tgenabled WHEN 'O' THEN '' WHEN 'D' THEN ' (disabled)' ELSE ' (enabled ' || t.tgenabled::text || ')' END
FROM relations r JOIN pg_trigger t ON t.tgrelid = r.oid WHERE NOT t.tgisinternal
UNION ALL
SELECT 'function ' || p.proname || '(' || pg_get_function_identity_arguments(p.oid) || '): returns '
  || pg_get_function_result(p.oid) || ', ' || l.lanname || ', volatility ' || p.provolatile::text
  || CASE WHEN p.prosecdef THEN ', security definer' ELSE '' END
  || COALESCE(', set ' || array_to_string(p.proconfig, ', '), '')
  || ', source ' || md5(COALESCE(pg_get_function_sqlbody(p.oid), p.prosrc))
FROM pg_proc p JOIN pg_language l ON l.oid = p.prolang
WHERE p.pronamespace = 'public'::regnamespace AND p.prokind = 'f'
  AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e')
UNION ALL
SELECT 'enum ' || e.typname || ': '
  || (SELECT string_agg(v.enumlabel, ', ' ORDER BY v.enumsortorder) FROM pg_enum v WHERE v.enumtypid = e.oid)
FROM enums e`;

const COMMENTS_SQL = `
WITH ${RELATIONS}, comments AS (
  SELECT format('TABLE "%s"', relname) AS target, obj_description(oid, 'pg_class') AS comment FROM relations
  UNION ALL
  SELECT format('COLUMN "%s"."%s"', r.relname, a.attname), col_description(r.oid, a.attnum)
  FROM relations r JOIN pg_attribute a ON a.attrelid = r.oid AND a.attnum > 0 AND NOT a.attisdropped
  UNION ALL
  SELECT format('TYPE "%s"', typname), obj_description(oid, 'pg_type') FROM enums
)
SELECT target, comment FROM comments WHERE comment IS NOT NULL`;
