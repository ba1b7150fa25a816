import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { ApiHeader } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { storedTags, TAG_MAX_CHARACTERS, TAGS_MAX } from '../../platform/attribution.js';
import { invalid } from '../answers/whole-answer.js';

const NAME = 'X-Tollgate-Tags';

/** Injects the header with the tags of a call, as sent. */
export const TagsHeader = createParamDecorator((_data: unknown, context: ExecutionContext): string | undefined => {
  const given = context.switchToHttp().getRequest<FastifyRequest>().headers[NAME.toLowerCase()];
  return Array.isArray(given) ? given.join(',') : given;
});

/** Documents the header with the tags of a call. */
export const Tagged = (): MethodDecorator =>
  ApiHeader({
    name: NAME,
    required: false,
    description:
      'Up to 10 tags of 1 to 64 characters, separated by commas, by which usage can be filtered and grouped.',
    schema: { type: 'string' },
  });

/**
 * Reads the tags of a call from its header; null if there are none.
 * @throws DomainError `invalid_request` when there are too many tags or one is too long
 */
export function readTags(header: string | undefined): string[] | null {
  // Node reads header bytes as Latin-1; clients send UTF-8
  const text = Buffer.from(header ?? '', 'latin1').toString('utf8');
  const tags = storedTags(
    text
      .split(',')
      .map((tag) => tag.trim())
      .filter((tag) => tag !== ''),
  );
  const isFaulty = tags && (tags.length > TAGS_MAX || tags.some((tag) => [...tag].length > TAG_MAX_CHARACTERS));
  if (isFaulty) throw invalid(NAME, `up to ${TAGS_MAX} tags of at most ${TAG_MAX_CHARACTERS} characters`);
  return tags;
}
