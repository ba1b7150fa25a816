import DataLoader from 'dataloader';

/**
 * Returns a loader that combines the look-ups of one turn of the event loop into calls of `load` with at most `max` keys.
 * Nothing is cached, so every look-up sees what was committed before it. `load` returns a result, or an error, for each
 * key in their order.
 */
export const batched = <Key, Value>(
  max: number,
  load: (keys: readonly Key[]) => Promise<ArrayLike<Value | Error>>,
): DataLoader<Key, Value> =>
  new DataLoader<Key, Value>(load, {
    cache: false,
    maxBatchSize: max,
    batchScheduleFn: (flush) => setImmediate(flush),
  });
