/**
 * `node --import ./test/support/jest/run-specs.ts node_modules/jest/bin/jest.js`: specs run in plain Node processes, which
 * load the sources once for all their files. Jest's own runner loads them again for each file, which took half of the time.
 */
import { registerHooks } from 'node:module';
import '../../../scripts/run-sources.ts';

const globals = new URL('globals.mjs', import.meta.url).href;

registerHooks({
  /** The package `@jest/globals` works only inside of Jest's own runner. */
  resolve(specifier, context, next) {
    return specifier === '@jest/globals' ? { url: globals, shortCircuit: true } : next(specifier, context);
  },
});
