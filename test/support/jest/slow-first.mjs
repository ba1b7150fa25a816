import Sequencer from '@jest/test-sequencer';

/** Specs that start processes or a browser take longest, and wait for most of that time. */
const SLOW = /\/test\/(e2e|browser|integration\/(cli|database))\//;

/**
 * Starts the slow specs first, so that no worker still runs one when the others have finished. Jest knows the durations of
 * earlier runs only where its cache is kept.
 */
export default class SlowFirst extends Sequencer {
  sort(tests) {
    const rank = ({ path }) => (SLOW.test(path) ? 0 : 1);
    return super.sort(tests).toSorted((one, other) => rank(one) - rank(other));
  }
}
