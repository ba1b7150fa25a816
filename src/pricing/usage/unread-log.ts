import { Logger } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { shapeOf } from './unread.js';

const log = new Logger('usage');
const noted = new LRUCache<string, true>({ max: 1_000 });

/**
 * Logs unread members of usage objects: a provider may count something that has no price here. Each process logs a set
 * of members once.
 *
 * @param source the system that reported the work
 */
export function noteUnread(source: string, unread: Record<string, unknown> | null): void {
  if (unread === null) return;
  const shape = shapeOf(unread);
  if (noted.has(shape)) return;
  noted.set(shape, true);
  log.warn(`usage from ${source} has unread members, stored with the receipt: ${shape}`);
}
