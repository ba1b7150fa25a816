import { PassThrough, type Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { mock } from 'node:test';
import { Logger } from '@nestjs/common';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { AnswerFacts } from './answer-facts.js';
import { type StreamCallbacks, relay } from './relay.js';

const STALL_MAX_MS = 120_000;
const DRAIN_MAX_MS = 5_000;
const EVENT = 'data: {"id":"gen-1","model":"m","choices":[{"index":0,"delta":{"content":"Hello"}}]}\n\n';

let settled: AnswerFacts[];
let lines: unknown[];
beforeEach(() => {
  settled = [];
  lines = [];
  Logger.overrideLogger({
    log: () => undefined,
    warn: (line: unknown) => void lines.push(line),
    error: (line: unknown) => void lines.push(line),
  });
});
afterEach(() => {
  Logger.overrideLogger(false);
  mock.timers.reset();
});

function relayed(more: Partial<StreamCallbacks> = {}): { source: PassThrough; sink: Readable; aborted: () => boolean } {
  const source = new PassThrough();
  let isAborted = false;
  const callbacks: StreamCallbacks = {
    path: '/chat/completions',
    choices: 1,
    costOf: undefined,
    comments: false,
    keeps_text: false,
    identify: () => Promise.resolve(),
    settle: (facts) => {
      settled.push(facts);
      return Promise.resolve(null);
    },
    ...more,
  };
  const abort = (): void => {
    isAborted = true;
    source.destroy(new Error('aborted'));
  };
  return { source, sink: relay(source, callbacks, abort), aborted: () => isAborted };
}
const turns = async (): Promise<void> => {
  for (let i = 0; i < 20; i += 1) await new Promise((resolve) => setImmediate(resolve));
};
const fakeClock = (): void => mock.timers.enable({ apis: ['setTimeout', 'setInterval', 'Date'] });

describe('a stream of bytes that are not events', () => {
  it.each(['\u0000\u0001 no event\n\n\n: \n', 'data: {not json}\n\n', 'data:\n\n', '{"choices":[]}'])(
    'is forwarded as it arrives, settled once, and ended with an error: %j',
    async (bytes) => {
      const { source, sink } = relayed();
      source.end(bytes);
      const answer = await text(sink);
      expect(answer.startsWith(bytes)).toBe(true);
      expect(answer).toContain('"code":"provider_broke_off"');
      expect(settled).toMatchObject([{ usage: null, has_content: false }]);
    },
  );

  it('can be binary', async () => {
    const { source, sink } = relayed();
    source.end(Buffer.from([0xff, 0xfe, 0x80, 0x0a, 0x0a]));
    expect(await text(sink)).toContain('"code":"provider_broke_off"');
    expect(settled).toHaveLength(1);
  });
});

describe('a stream that the provider breaks off', () => {
  it('is settled with what arrived, reported to the client, and logged', async () => {
    const { source, sink } = relayed();
    source.write(EVENT);
    const answer = text(sink);
    await turns();
    source.destroy(new Error('other side closed'));
    expect(await answer).toMatch(/Hello.*provider_broke_off/s);
    expect(settled).toMatchObject([{ generation_id: 'gen-1', has_content: true }]);
    expect(lines).toMatchObject([{ message: 'other side closed' }]);
  });
});

describe('a client', () => {
  it('that reads nothing for two minutes is disconnected, and the call is settled', async () => {
    fakeClock();
    const { source, sink, aborted } = relayed();
    for (let n = 0; n < 8; n += 1) source.write(EVENT.padEnd(32 * 1024, ' ') + '\n\n');
    await turns();
    mock.timers.tick(STALL_MAX_MS - 1);
    expect(sink.destroyed).toBe(false);
    mock.timers.tick(1);
    await turns();
    expect(sink.destroyed).toBe(true);
    mock.timers.tick(DRAIN_MAX_MS);
    await turns();
    expect([aborted(), settled.length, lines]).toEqual([true, 1, []]);
  });

  it('that disconnects does not stop a stream that ends in time, and nothing is logged', async () => {
    fakeClock();
    const { source, sink, aborted } = relayed();
    source.write(EVENT);
    await turns();
    sink.destroy();
    source.end(
      `${EVENT}data: {"id":"gen-1","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}\n\ndata: [DONE]\n\n`,
    );
    await turns();
    mock.timers.tick(DRAIN_MAX_MS);
    expect([aborted(), lines]).toEqual([false, []]);
    expect(settled).toMatchObject([{ is_finished: true }]);
  });
});

describe('a call that cannot be settled', () => {
  it('cuts its stream and is logged; the process continues', async () => {
    const { source, sink } = relayed({ settle: () => Promise.reject(new Error('the database is down')) });
    source.end(EVENT);
    await expect(text(sink)).rejects.toThrow();
    expect(lines).toMatchObject([{ message: 'the database is down' }]);
  });
});
