import { Logger } from '@nestjs/common';
import type { Recording } from '../../metering/usage-events.repository.js';
import { problemOf } from '../../platform/http/problems/problem.js';
import type { TrackResultView } from './track.dto.js';

const log = new Logger('tracking');
const UNAVAILABLE = 503;

/**
 * Returns the result for each record.
 * @throws the error when nothing was recorded because the service is overloaded or its database is unreachable. The
 * sender must then repeat the whole batch; nothing is recorded or charged twice
 */
export function resultsOf(ends: readonly (Recording | Error)[]): TrackResultView[] {
  const isRecorded = ends.some((end) => !(end instanceof Error));
  if (!isRecorded) throwIfUnavailable(ends);
  return ends.map(resultOf);
}

/** Throws the error of the first record that failed only temporarily. */
export function throwIfUnavailable(ends: readonly (Recording | Error)[]): void {
  const passing = ends.find((end) => end instanceof Error && problemOf(end).status === UNAVAILABLE);
  if (passing) throw passing as Error;
}

function resultOf(end: Recording | Error, index: number): TrackResultView {
  if (!(end instanceof Error)) {
    return { index, status: end.is_duplicate ? 'duplicate' : 'recorded', id: end.event.id };
  }
  const { code, detail, is_fault } = problemOf(end);
  if (is_fault) log.error('a record was not recorded', end.stack);
  return { index, status: 'error', error: detail, code };
}
