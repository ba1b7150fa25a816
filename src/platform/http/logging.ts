import type { LoggerService } from '@nestjs/common';
import type { FastifyInstance } from 'fastify';
import { pino, type DestinationStream, type Logger, type LoggerOptions } from 'pino';
import type { Config } from '../config/config.js';
import { currentIds, idsOf } from './request-context.js';

const SECRETS = ['authorization', 'cookie', '"x-api-key"', 'api_key', 'password', 'secret', 'token'];
const CAUSES_MAX = 4;

/** Creates the logger: JSON lines, or readable lines on a terminal. Tests pass their own destination. */
export function createLogger(config: Pick<Config, 'env' | 'log_level'>, destination?: DestinationStream): Logger {
  const options: LoggerOptions = {
    level: config.log_level,
    base: undefined,
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
    formatters: { level: (level) => ({ level }) },
    redact: { paths: SECRETS.flatMap(anywhere), censor: '[redacted]' },
    mixin: () => currentIds() ?? {},
    serializers: { err: (error: unknown) => (error instanceof Error ? describe(error) : error) },
    ...(process.stdout.isTTY && config.env !== 'production' && !destination ? readable() : {}),
  };
  return destination ? pino(options, destination) : pino(options);
}

/** redact needs a fixed depth per path; log lines have at most two levels. */
function anywhere(name: string): string[] {
  const member = name.startsWith('"') ? `[${name}]` : name;
  const dotted = name.startsWith('"') ? member : `.${name}`;
  return [member, `*${dotted}`, `*.*${dotted}`];
}

/** pino-pretty is a development dependency; without it, lines are JSON. */
function readable(): LoggerOptions {
  try {
    import.meta.resolve('pino-pretty');
    return {
      formatters: {},
      transport: { target: 'pino-pretty', options: { ignore: 'pid,hostname', singleLine: true } },
    };
  } catch {
    return {}; // not installed
  }
}

interface ErrorLine {
  type: string;
  message: string;
  code?: unknown;
  stack?: string;
  cause?: ErrorLine;
}

/** Describes an error without its other fields, in which drivers store whole rows and parameters. */
function describe(error: Error, depth = 0): ErrorLine {
  const { code, cause } = error as Error & { code?: unknown };
  return {
    type: error.name,
    message: error.message,
    ...(code === undefined ? {} : { code }),
    ...(error.stack === undefined ? {} : { stack: error.stack }),
    ...(cause instanceof Error && depth < CAUSES_MAX ? { cause: describe(cause, depth + 1) } : {}),
  };
}

/**
 * Logs one line per answered request. It contains the route pattern, because ids and queries can be secret. Successful
 * health probes are logged at debug level.
 */
export function registerRequestLog(fastify: FastifyInstance, logger: Logger): void {
  fastify.addHook('onResponse', (request, reply, done) => {
    const isProbe = request.routeOptions.url?.startsWith('/health/') === true && reply.statusCode < 400;
    logger[isProbe ? 'debug' : 'info'](
      {
        ...idsOf(request),
        method: request.method,
        route: request.routeOptions.url ?? 'unknown',
        status: reply.statusCode,
        ms: Math.round(reply.elapsedTime * 10) / 10,
        user_id: request.actor?.user_id,
      },
      'request',
    );
    done();
  });
}

/** Contexts in which Nest lists every module and route at startup. */
const CHATTER = new Set(['NestFactory', 'InstanceLoader', 'RoutesResolver', 'RouterExplorer', 'NestApplication']);

/** Routes the lines of Nest and of every `new Logger('context')` to the same logger. */
export class PinoNestLogger implements LoggerService {
  constructor(private readonly logger: Logger) {}

  log(message: unknown, ...rest: unknown[]): void {
    this.write(CHATTER.has(String(rest.at(-1))) ? 'debug' : 'info', message, rest);
  }
  warn(message: unknown, ...rest: unknown[]): void {
    this.write('warn', message, rest);
  }
  error(message: unknown, ...rest: unknown[]): void {
    this.write('error', message, rest);
  }
  fatal(message: unknown, ...rest: unknown[]): void {
    this.write('fatal', message, rest);
  }
  debug(message: unknown, ...rest: unknown[]): void {
    this.write('debug', message, rest);
  }
  verbose(message: unknown, ...rest: unknown[]): void {
    this.write('trace', message, rest);
  }

  /** Nest appends the context, preceded by a stack if there is one. */
  private write(
    level: 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace',
    message: unknown,
    rest: unknown[],
  ): void {
    const context = rest.at(-1);
    const stack = rest.length > 1 ? rest[0] : undefined;
    const fields = {
      ...(typeof context === 'string' ? { context } : {}),
      ...(typeof stack === 'string' ? { stack } : {}),
    };
    if (message instanceof Error) this.logger[level]({ ...fields, err: message }, message.message);
    else if (typeof message === 'object' && message !== null) this.logger[level]({ ...fields, ...message });
    else this.logger[level](fields, String(message));
  }
}
