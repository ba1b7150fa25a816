import { afterAll, afterEach } from '@jest/globals';
import { faultsOfAnswers } from './openapi-answers.js';

/** Every spec fails on an answer that openapi.json does not describe. Run by jest before each file of specs. */
const refuseFaults = (): void => {
  const faults = [...new Set(faultsOfAnswers().map(({ fault }) => fault))];
  if (faults.length > 0) throw new Error(`openapi.json does not describe what was answered:\n${faults.join('\n')}`);
};

afterEach(refuseFaults);
afterAll(refuseFaults);
