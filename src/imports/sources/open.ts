import { Conversion } from '../conversion.js';
import type { Source, System } from '../source.js';
import { CsvSource } from './csv.js';
import { MappedSource, type SystemTables } from './mapped.js';
import { opsCenter } from './ops-center.js';
import { Snapshot } from './snapshot.js';

/** How many of a system's units a US dollar is, unless somebody says otherwise. */
export const UNITS_PER_USD: Readonly<Record<System, string>> = {
  'ops-center': '1',
  csv: '1',
};

const TABLES: Readonly<Record<Exclude<System, 'csv'>, (conversion: Conversion) => SystemTables>> = {
  'ops-center': opsCenter,
};

/**
 * Opens a source to read: a credit is a US dollar.
 * @throws DomainError `unusable_source`, `source_unavailable`
 */
export async function openSource(system: System, place: string, units_per_usd: string): Promise<Source> {
  const conversion = new Conversion(units_per_usd);
  if (system === 'csv') return CsvSource.open(place, conversion);
  const snapshot = await Snapshot.open(place);
  try {
    return new MappedSource(snapshot, TABLES[system](conversion));
  } catch (error) {
    await snapshot.close();
    throw error;
  }
}
