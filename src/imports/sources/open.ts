import { Conversion } from '../conversion.js';
import type { Source, System } from '../source.js';
import { CsvSource } from './csv.js';
import { type EndUserRule, liteLlm } from './litellm.js';
import { MappedSource, type SystemTables } from './mapped.js';
import { oneApi, quotaPerUsd, type UserColumn } from './one-api.js';
import { opsCenter } from './ops-center.js';
import { Snapshot } from './snapshot.js';

/** Options for reading a source. */
export interface SourceOptions {
  /** Units of the source per US dollar; null means the usual number. */
  credits_per_usd: string | null;
  /** When LiteLLM's end users pay. */
  end_user: EndUserRule;
  /** Column of One API's users with their user ids in Tollgate. */
  user_column: UserColumn;
}

/** An open source, and its units per US dollar. */
export interface OpenSource {
  source: Source;
  credits_per_usd: string;
}

const USUAL = '1';

const TABLES: Readonly<
  Record<Exclude<System, 'csv'>, (conversion: Conversion, options: SourceOptions) => SystemTables>
> = {
  'ops-center': opsCenter,
  litellm: (conversion, { end_user }) => liteLlm(conversion, end_user),
  'one-api': (conversion, { user_column }) => oneApi(conversion, user_column),
};

/**
 * Opens a source for reading. Amounts are converted to credits; one credit is one US dollar.
 * @throws DomainError `unusable_source`, `source_unavailable`
 */
export async function openSource(system: System, place: string, options: SourceOptions): Promise<OpenSource> {
  if (system === 'csv') {
    const credits_per_usd = options.credits_per_usd ?? USUAL;
    return { source: await CsvSource.open(place, new Conversion(credits_per_usd)), credits_per_usd };
  }
  const snapshot = await Snapshot.open(place);
  try {
    const usual = system === 'one-api' ? await quotaPerUsd(snapshot) : USUAL;
    const credits_per_usd = options.credits_per_usd ?? usual;
    const tables = TABLES[system](new Conversion(credits_per_usd), options);
    return { source: new MappedSource(snapshot, tables), credits_per_usd };
  } catch (error) {
    await snapshot.close();
    throw error;
  }
}
