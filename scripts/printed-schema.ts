import type pg from 'pg';

/**
 * Returns the statements that rebuild the schema `public` from the definitions printed by PostgreSQL, as pg_dump and
 * pg_upgrade do. A database built from them must pass the schema check like the original.
 */
export async function printedSchema(db: pg.Client): Promise<string> {
  const results = (await db.query(`SET LOCAL search_path TO ''; ${PRINTED}`)) as unknown as {
    rows: { statement: string }[];
  }[];
  const statements = results.at(-1)?.rows.map(({ statement }) => statement) ?? [];
  // tables that an SQL function reads are created after it; functions that it calls are created before
  return ['SET check_function_bodies = off', "SET search_path TO ''", ...statements].join(';\n');
}

const PRINTED = `
WITH relations AS (
  SELECT oid, relname, relkind, format('public.%I', relname) AS name FROM pg_class
  WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'v') AND relname <> '_prisma_migrations'
    AND NOT relispartition
)
SELECT statement FROM (
  SELECT 1 AS part, typname AS name, format('CREATE TYPE public.%I AS ENUM (%s)', typname,
    (SELECT string_agg(quote_literal(enumlabel), ', ' ORDER BY enumsortorder) FROM pg_enum WHERE enumtypid = t.oid)) AS statement
  FROM pg_type t WHERE typnamespace = 'public'::regnamespace AND typtype = 'e'
  UNION ALL
  SELECT 2, lpad(oid::text, 10, '0'), pg_get_functiondef(oid) FROM pg_proc WHERE pronamespace = 'public'::regnamespace
  UNION ALL
  SELECT 3, r.name, format('CREATE TABLE %s (%s)%s', r.name, string_agg(format('%I %s%s%s', a.attname,
    format_type(a.atttypid, a.atttypmod), CASE WHEN a.attnotnull THEN ' NOT NULL' ELSE '' END,
    ' DEFAULT ' || pg_get_expr(d.adbin, d.adrelid)), ', ' ORDER BY a.attnum),
    ' PARTITION BY ' || pg_get_partkeydef(r.oid))
  FROM relations r
  JOIN pg_attribute a ON a.attrelid = r.oid AND a.attnum > 0 AND NOT a.attisdropped
  LEFT JOIN pg_attrdef d ON d.adrelid = r.oid AND d.adnum = a.attnum
  WHERE r.relkind IN ('r', 'p') GROUP BY r.oid, r.name
  UNION ALL
  SELECT CASE WHEN c.contype = 'f' THEN 6 ELSE 4 END, r.name,
    format('ALTER TABLE %s ADD CONSTRAINT %I %s', r.name, c.conname, pg_get_constraintdef(c.oid))
  FROM relations r JOIN pg_constraint c ON c.conrelid = r.oid WHERE c.contype IN ('p', 'u', 'c', 'f', 'x')
  UNION ALL
  SELECT 5, r.name, pg_get_indexdef(x.indexrelid)
  FROM relations r JOIN pg_index x ON x.indrelid = r.oid
  WHERE NOT EXISTS (SELECT FROM pg_constraint c WHERE c.conindid = x.indexrelid AND c.contype IN ('p', 'u', 'x'))
  UNION ALL
  SELECT 7, r.name, pg_get_triggerdef(t.oid)
  FROM relations r JOIN pg_trigger t ON t.tgrelid = r.oid WHERE NOT t.tgisinternal
  UNION ALL
  SELECT 8, r.name, format('CREATE VIEW %s AS %s', r.name, rtrim(pg_get_viewdef(r.oid), ';'))
  FROM relations r WHERE r.relkind = 'v'
) AS parts ORDER BY part, name`;
