import { describe, expect, it } from '@jest/globals';
import { LOGS_MAX, readLog, rawLogs } from './log-records.js';

const read = (message: string) => rawLogs(message).map((log) => readLog(log));
const values = (message: string): unknown[] => read(message).map(({ value }) => value);
const LOGS = [{ id: '1', text: 'a "quoted" ], } text\\' }, { id: '2', nested: [{ a: [1, 2] }, '\n'] }, { id: '3' }];

describe('the logs in a body', () => {
  it.each([
    ['a compact array', JSON.stringify(LOGS)],
    ['a pretty array', `\uFEFF\n ${JSON.stringify(LOGS, null, 2)} \n`],
    ['lines', LOGS.map((log) => JSON.stringify(log)).join('\n')],
    [
      'lines with blank lines and carriage returns',
      `\r\n${LOGS.map((log) => JSON.stringify(log)).join('\r\n\r\n')}\r\n`,
    ],
  ])('are read from %s', (_what, message) => expect(values(message)).toEqual(LOGS));

  it('can be one object on one or more lines', () => {
    for (const log of LOGS) {
      expect(values(JSON.stringify(log))).toEqual([log]);
      expect(values(JSON.stringify(log, null, 4))).toEqual([log]);
    }
    expect(read('{\n  "id": "1",\n  "model": ')).toEqual([{ value: null, fault: expect.any(String) }]);
    expect(values('[]')).toEqual([]);
  });

  it.each([
    ['[{"id":"1"},{"id":"2",oops},{"id":"3"}]', 12],
    ['[{"id":"1"}, {"id":"2","a":}, {"id":"3"}]', 13],
    ['{"id":"1"}\n{"id":"2"\n{"id":"3"}', 11],
    ['{"id":"1"}\nnonsense\n{"id":"3"}', 11],
  ])('are read except for the broken one: %s', (message, at) => {
    const [first, broken, last] = read(message);
    expect([first?.value, last?.value]).toEqual([{ id: '1' }, { id: '3' }]);
    expect(broken).toEqual({ value: null, fault: `is not valid JSON, at character ${at} of the body` });
  });

  it('are read up to where the body is truncated', () => {
    expect(values('[{"id":"1"},{"id":"2"},{"id":')).toEqual([{ id: '1' }, { id: '2' }, null]);
    expect(values('[{"id":"1"},{"id":"2"}')).toEqual([{ id: '1' }, { id: '2' }]);
  });

  it('represent NaN and Infinity outside of strings as strings', () => {
    const message = '[{"a":NaN,"b":-Infinity,"c":[Infinity],"NaN":"NaN, \\"NaN\\" Infinity"}]';
    expect(values(message)).toEqual([{ a: 'NaN', b: '-Infinity', c: ['Infinity'], NaN: 'NaN, "NaN" Infinity' }]);
  });

  it('are limited in number and depth', () => {
    expect(rawLogs('1\n'.repeat(LOGS_MAX))).toHaveLength(LOGS_MAX);
    const refused = 'A body can contain at most 10000 logs.';
    expect(() => rawLogs('1\n'.repeat(8_000_000))).toThrow(refused);
    expect(() => rawLogs(`[${'1,'.repeat(8_000_000)}1]`)).toThrow(refused);
    expect(read(`[${'['.repeat(1_000_000)}${']'.repeat(1_000_000)},1]`)).toEqual([
      { value: null, fault: expect.stringContaining('nested') },
      { value: 1, fault: null },
    ]);
    expect(() => rawLogs(' \n')).toThrow('empty');
  });
});
