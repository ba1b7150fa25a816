import { describe, expect, it } from '@jest/globals';
import { createLogger, PinoNestLogger } from './logging.js';

function capture() {
  const lines: Record<string, unknown>[] = [];
  const destination = { write: (line: string) => void lines.push(JSON.parse(line) as Record<string, unknown>) };
  return { lines, logger: createLogger({ env: 'test', log_level: 'info' }, destination) };
}

describe('the log', () => {
  it('never shows credentials, wherever they stand', () => {
    const { lines, logger } = capture();
    logger.info({ authorization: 'Bearer s3cret', api_key: 's3cret', 'x-api-key': 's3cret', cookie: 's3cret' }, 'top');
    logger.info({ headers: { authorization: 's3cret', 'x-api-key': 's3cret', cookie: 's3cret' } }, 'one deep');
    logger.info({ req: { headers: { authorization: 's3cret', 'x-api-key': 's3cret' } } }, 'two deep');
    expect(JSON.stringify(lines)).not.toContain('s3cret');
    expect(lines).toHaveLength(3);
  });

  it('shows an error with its causes, but none of the rows and parameters a driver keeps in it', () => {
    const { lines, logger } = capture();
    const cause = Object.assign(new Error('inner'), { code: '23514', detail: 'Failing row contains (s3cret)' });
    new PinoNestLogger(logger).error(Object.assign(new Error('outer', { cause }), { parameters: ['s3cret'] }), 'http');
    expect(lines[0]).toMatchObject({
      level: 'error',
      context: 'http',
      msg: 'outer',
      err: { message: 'outer', cause: { message: 'inner', code: '23514' } },
    });
    expect(JSON.stringify(lines)).not.toContain('s3cret');
  });

  it('takes what Nest logs: context last, a stack before it', () => {
    const { lines, logger } = capture();
    const nest = new PinoNestLogger(logger);
    nest.log('ready', 'readiness');
    nest.log('Mapped {/x, GET} route', 'RouterExplorer');
    nest.error('it broke', 'Error: it broke\n  at x', 'Handler');
    nest.debug('below the level', 'x');
    expect(lines).toMatchObject([
      { level: 'info', context: 'readiness', msg: 'ready' },
      { level: 'error', context: 'Handler', stack: 'Error: it broke\n  at x', msg: 'it broke' },
    ]);
  });
});
