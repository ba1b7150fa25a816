import { describe, expect, it } from '@jest/globals';
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { bucketOf, rowId } from './row-id.js';

const USER = fc.string({ unit: 'binary', minLength: 1, maxLength: 255 });

describe('ids of rows', () => {
  it('are UUIDs of version 7 that tell when they were made', () => {
    const at = new Date('2026-11-30T12:34:56.789Z');
    const id = rowId('ann', at);
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7000-8000-[0-9a-f]{12}$/);
    expect(Number.parseInt(id.replaceAll('-', '').slice(0, 12), 16)).toBe(at.getTime());
  });

  it('carry 16 bits of the SHA-256 of their user, of which the bucket is the first ten', () => {
    fc.assert(
      fc.property(USER, (user_id) => {
        const bits = createHash('sha256').update(user_id, 'utf8').digest('hex').slice(0, 4);
        expect(rowId(user_id).slice(24, 28)).toBe(bits);
        expect(bucketOf(user_id)).toBe(Math.floor(Number.parseInt(bits, 16) / 64));
      }),
    );
  });

  it('rise with the instant, then with their place among those of one instant', () => {
    const at = new Date();
    const ids = [0, 1, 2, 255, 256, 16_383].map((n) => rowId('ann', at, n));
    expect(ids.toSorted()).toEqual(ids);
    expect(rowId('ann', new Date(at.getTime() + 1)) > ids.at(-1)!).toBe(true);
    const now = Array.from({ length: 5 }, () => [performance.now(), rowId('ann')] as const);
    expect(
      now
        .map(([, id]) => id)
        .map((id) => id.slice(0, 18))
        .toSorted(),
    ).toEqual(now.map(([, id]) => id.slice(0, 18)));
  });

  it('fill the buckets evenly', () => {
    const counts = new Map<number, number>();
    for (let i = 0; i < 102_400; i += 1) {
      const bucket = bucketOf(`user-${i}`);
      counts.set(bucket, (counts.get(bucket) ?? 0) + 1);
    }
    expect(counts.size).toBe(1024);
    expect(Math.max(...counts.values())).toBeLessThan(160);
    expect(Math.min(...counts.values())).toBeGreaterThan(50);
  });
});
