import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Logger, type LoggerService } from '@nestjs/common';
import { noteUnread } from './unread-log.js';

describe('unread members of usage objects', () => {
  const lines: string[] = [];
  const note = (message: string): void => void lines.push(message);
  const listener: LoggerService = { log: note, error: note, warn: note };

  beforeEach(() => void Logger.overrideLogger(listener));
  afterEach(() => void Logger.overrideLogger(true));

  it('are logged once per set, with names but without values', () => {
    noteUnread('litellm', { citation_tokens: 7, region: 'eu' });
    noteUnread('gateway', { region: 'us', citation_tokens: 8 });
    noteUnread('gateway', { region: 'us' });
    noteUnread('gateway', null);
    expect(lines).toEqual([expect.stringContaining('citation_tokens, region'), expect.stringMatching(/: region$/)]);
    expect(lines.join()).not.toMatch(/eu|us\b/);
  });
});
