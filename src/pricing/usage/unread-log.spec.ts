import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Logger, type LoggerService } from '@nestjs/common';
import { noteUnread } from './unread-log.js';

describe('members of usage that nothing reads', () => {
  const lines: string[] = [];
  const note = (message: string): void => void lines.push(message);
  const listener: LoggerService = { log: note, error: note, warn: note };

  beforeEach(() => void Logger.overrideLogger(listener));
  afterEach(() => void Logger.overrideLogger(true));

  it('are warned of once for each set of them, by their names and not their values', () => {
    noteUnread('litellm', { citation_tokens: 7, region: 'eu' });
    noteUnread('gateway', { region: 'us', citation_tokens: 8 });
    noteUnread('gateway', { region: 'us' });
    noteUnread('gateway', null);
    expect(lines).toEqual([expect.stringContaining('citation_tokens, region'), expect.stringMatching(/: region$/)]);
    expect(lines.join()).not.toMatch(/eu|us\b/);
  });
});
