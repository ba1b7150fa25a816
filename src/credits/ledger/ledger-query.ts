import { accountOf, type Actor } from '../../platform/actor.js';
import type { TransactionsExportQuery, TransactionsQuery } from '../credits.dto.js';
import type { LedgerFilter } from './ledger.repository.js';

/** Returns the ledger filter of a query. */
export function filterOf(actor: Actor, query: TransactionsExportQuery | TransactionsQuery): LedgerFilter {
  const { service, search, date_from, date_to, transaction_type = query.type } = query;
  return { user_id: accountOf(actor, query.user_id), transaction_type, service, search, date_from, date_to };
}
