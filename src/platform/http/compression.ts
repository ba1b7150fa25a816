import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import type { FastifyInstance, FastifyReply, FastifyRequest, onSendAsyncHookHandler } from 'fastify';

/** Shorter answers fit into one packet as they are. */
const MIN_CHARACTERS = 1_024;
const BROTLI = { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } };

const brotli = promisify(brotliCompress);
const gz = promisify(gzip);

type Encoding = 'br' | 'gzip';

const COMPRESS: Record<Encoding, (text: string) => Promise<Buffer>> = {
  br: (text) => brotli(text, BROTLI),
  gzip: (text) => gz(text),
};

/**
 * Compresses the JSON answers of GET routes for callers that accept it; a report of 120 KB becomes 7 KB. Other methods
 * have no such hook: charges pay nothing for it, streams of the gateway are not buffered, and secrets, which only answers
 * to POST contain, are never compressed together with what a caller sent (BREACH). Call it before the routes are
 * registered.
 */
export function registerCompression(fastify: FastifyInstance): void {
  fastify.addHook('onRoute', (route) => {
    if (route.method === 'GET') route.onSend = [...[route.onSend ?? []].flat(), compressed];
  });
}

const compressed: onSendAsyncHookHandler = async (request, reply, payload) => {
  if (typeof payload !== 'string' || payload.length < MIN_CHARACTERS || !isJson(reply)) return payload;
  reply.header('vary', withAcceptEncoding(reply.getHeader('vary')));
  const encoding = encodingFor(request);
  if (encoding === null) return payload;
  reply.header('content-encoding', encoding).removeHeader('content-length');
  const etag = reply.getHeader('etag');
  // a strong tag names the bytes
  if (typeof etag === 'string' && !etag.startsWith('W/')) reply.header('etag', `W/${etag}`);
  return COMPRESS[encoding](payload);
};

const isJson = (reply: FastifyReply): boolean => String(reply.getHeader('content-type')).startsWith('application/json');

/** cors varies by origin. */
const withAcceptEncoding = (vary: ReturnType<FastifyReply['getHeader']>): string =>
  vary === undefined ? 'accept-encoding' : `${[vary].flat().join(', ')}, accept-encoding`;

/** @returns the better encoding that the caller accepts; null for none. `;q=0` refuses one. */
function encodingFor({ headers }: FastifyRequest): Encoding | null {
  const accepted = (headers['accept-encoding'] ?? '')
    .toLowerCase()
    .split(',')
    .map((part) => part.replaceAll(' ', ''))
    .filter((part) => !/;q=0(\.0*)?$/.test(part))
    .map((part) => part.split(';')[0]);
  return (['br', 'gzip'] as const).find((encoding) => accepted.includes(encoding)) ?? null;
}
