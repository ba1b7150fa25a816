import { writeSync } from 'node:fs';

/** Ends every run with one plain line that a script can read: `N passed, N failed`, and how many were skipped. */
export default class CountReporter {
  onRunComplete(_contexts, results) {
    // A file that does not even load has no tests to count, but it is a failure all the same.
    const failed = results.numFailedTests + results.numRuntimeErrorTestSuites;
    // Jest prints its own summary after every other reporter, whatever their order: wait for the very end.
    const skipped = results.numPendingTests > 0 ? `, ${results.numPendingTests} skipped` : '';
    process.once('exit', () => writeSync(1, `${results.numPassedTests} passed, ${failed} failed${skipped}\n`));
  }
}
