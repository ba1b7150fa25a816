import inspector from 'node:inspector';
import { addEventHandler, getState } from 'jest-circus';

/** The functions of Jest, as the runner provides them; specs import them from `@jest/globals`. */
export const { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest, test } = globalThis;

/** A limit for hanging tests, not for slow ones on a busy machine. */
const TIMEOUT_MS = 180_000;

// The runner knows no time limit of a test or hook.
addEventHandler((event) => {
  const { children, hooks } = getState().currentDescribeBlock;
  const added = event.name === 'add_test' ? children.at(-1) : event.name === 'add_hook' ? hooks.at(-1) : undefined;
  if (added?.fn && inspector.url() === undefined) added.fn = limited(added.fn, event.timeout ?? TIMEOUT_MS);
});

const { clearTimeout, setTimeout } = globalThis;

function limited(fn, timeout_ms) {
  return async () => {
    let timer;
    const limit = new Promise((_, reject) => {
      timer = setTimeout(() => reject(new Error(`not finished within ${timeout_ms} ms`)), timeout_ms);
    });
    try {
      return await Promise.race([fn(), limit]);
    } finally {
      clearTimeout(timer);
    }
  };
}
