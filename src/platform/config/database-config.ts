import { z } from 'zod';
import { oneOf, url, whole } from './config.values.js';

export interface DatabaseConfig {
  /** Null means the embedded server, whose address is known once it runs (`withDatabaseUrl`). */
  readonly url: string | null;
  /** A replica for reports and exports; null means the database itself. */
  readonly read_url: string | null;
  readonly pool_max: number;
  /** Additional connections for long reads. */
  readonly read_pool_max: number;
  readonly statement_timeout_ms: number;
  /** Statements that take longer are logged; 0 logs none. */
  readonly slow_statement_ms: number;
  readonly migrate_on_start: boolean;
  readonly data_dir: string;
}

/** libpq accepts a user without a host if `?host=` names a socket. A URL needs a host; the `?host=` overrides it. */
const withHost = (text: string): string => text.replace(/^(postgres(?:ql)?:\/\/[^/?#]*@)(?=[/?])/, '$1localhost');

const databaseUrl = z
  .string()
  .transform(withHost)
  .pipe(
    url(
      ['postgres:', 'postgresql:'],
      'a URL such as postgresql://user:password@host:5432/tollgate or postgresql:///tollgate?host=/var/run/postgresql',
    ),
  );

export const DATABASE_ENVIRONMENT = {
  DATABASE_URL: databaseUrl.optional(),
  DATABASE_READ_URL: databaseUrl.optional(),
  DATABASE_POOL_MAX: whole(4, 1_000, 10),
  DATABASE_READ_POOL_MAX: whole(1, 1_000, 2),
  STATEMENT_TIMEOUT_MS: whole(100, 3_600_000, 15_000),
  SLOW_STATEMENT_MS: whole(0, 3_600_000, 1_000),
  MIGRATE_ON_START: oneOf(['true', 'false'], 'false'),
  DATA_DIR: z.string().default('.data'),
};

export function buildDatabase(env: z.output<z.ZodObject<typeof DATABASE_ENVIRONMENT>>): DatabaseConfig {
  return {
    url: env.DATABASE_URL ?? null,
    read_url: env.DATABASE_READ_URL ?? null,
    pool_max: env.DATABASE_POOL_MAX,
    read_pool_max: env.DATABASE_READ_POOL_MAX,
    statement_timeout_ms: env.STATEMENT_TIMEOUT_MS,
    slow_statement_ms: env.SLOW_STATEMENT_MS,
    migrate_on_start: env.MIGRATE_ON_START === 'true',
    data_dir: env.DATA_DIR,
  };
}
