import type { Recording } from '../../metering/usage-events.repository.js';
import { recordError, throwIfNoneAccepted } from '../../platform/http/bodies/records.js';
import type { TrackResultView } from './track.dto.js';

/**
 * Returns the result for each record.
 * @throws the error when nothing was recorded because the service is overloaded or its database is unreachable. The
 * sender must then repeat the whole batch; nothing is recorded or charged twice
 */
export function resultsOf(ends: readonly (Recording | Error)[]): TrackResultView[] {
  throwIfNoneAccepted(ends);
  return ends.map(resultOf);
}

function resultOf(end: Recording | Error, index: number): TrackResultView {
  if (end instanceof Error) return { ...recordError(end), index, status: 'error' };
  return { index, status: end.is_duplicate ? 'duplicate' : 'recorded', id: end.event.id };
}
