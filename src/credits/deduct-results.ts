import { recordError, throwIfNoneAccepted } from '../platform/http/bodies/records.js';
import type { DeductResultView } from './credits.views.js';
import type { Posted } from './posting/decision.js';

/**
 * Returns the result for each charge of a batch.
 * @throws the error when nothing was charged because the service is overloaded or its database is unreachable. The
 * caller must then repeat the whole batch; nothing is charged twice
 */
export function deductResults(ends: readonly (Posted | Error)[]): DeductResultView[] {
  throwIfNoneAccepted(ends);
  return ends.map(resultOf);
}

function resultOf(end: Posted | Error, index: number): DeductResultView {
  if (end instanceof Error) return { ...recordError(end), index, status: 'error' };
  const { id: transaction_id, amount, balance_after } = end.line;
  return { index, status: end.replayed ? 'duplicate' : 'charged', transaction_id, amount, balance_after };
}
