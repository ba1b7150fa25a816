import { accountOf, type Actor } from '../../platform/actor.js';
import type { TransactionsExportQuery, TransactionsQuery } from '../credits.dto.js';
import type { LedgerFilter } from './ledger.repository.js';

/** Returns the ledger filter of a query. */
export function filterOf(actor: Actor, query: TransactionsExportQuery | TransactionsQuery): LedgerFilter {
  const { user_id, transaction_type = query.type, service, model, search } = query;
  const { api_key_id, member_id, tag } = query;
  const attribution = { api_key_id, member_id, tag };
  const { date_from, date_to, amount_min, amount_max } = query;
  const bounds = { date_from, date_to, amount_min, amount_max };
  return { user_id: accountOf(actor, user_id), transaction_type, service, model, search, ...attribution, ...bounds };
}
