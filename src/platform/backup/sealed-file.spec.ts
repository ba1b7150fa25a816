import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { encryptFile, decryptFile } from './sealed-file.js';

const HEAD = 39;
const CHUNK = 1_048_576 + 16;
const PASSPHRASE = 'correct horse battery staple';

describe('a sealed file', () => {
  let dir: string;
  let file: string;
  let head: Buffer;
  let chunks: Buffer[];
  // random bytes do not compress: more than three chunks
  const plain = randomBytes(3_500_000);

  const opened = async (from: string, passphrase = PASSPHRASE): Promise<Buffer> => {
    let found = Buffer.alloc(0);
    await decryptFile(from, passphrase, async (stream) => {
      found = await buffer(stream);
    });
    return found;
  };
  const written = async (...parts: (Buffer | undefined)[]): Promise<string> => {
    const other = path.join(dir, 'other');
    await writeFile(other, Buffer.concat(parts.filter((part) => part !== undefined)));
    return other;
  };

  beforeAll(async () => {
    dir = await mkdtemp(path.join(os.tmpdir(), 'tollgate-sealed-'));
    file = path.join(dir, 'sealed');
    await encryptFile(Readable.from([plain]), file, PASSPHRASE);
    const bytes = await readFile(file);
    head = bytes.subarray(0, HEAD);
    chunks = [];
    for (let from = HEAD; from < bytes.length; from += CHUNK) chunks.push(bytes.subarray(from, from + CHUNK));
  });
  afterAll(() => rm(dir, { recursive: true }));

  it('gives back what was sealed, in several chunks', async () => {
    expect(chunks).toHaveLength(4);
    expect((await opened(file)).equals(plain)).toBe(true);
    const small = path.join(dir, 'small');
    await encryptFile(Readable.from([Buffer.from('a')]), small, PASSPHRASE);
    expect((await opened(small)).toString()).toBe('a');
  });

  it.each<[string, () => (Buffer | undefined)[]]>([
    ['is cut off within a chunk', () => [head, ...chunks.slice(0, 3), chunks[3]?.subarray(0, -1)]],
    ['is cut off between two chunks', () => [head, ...chunks.slice(0, 3)]],
    ['is cut off within a tag', () => [head, ...chunks.slice(0, 3), chunks[3]?.subarray(0, 8)]],
    ['lacks a chunk in the middle', () => [head, chunks[0], chunks[2], chunks[3]]],
    ['has two chunks swapped', () => [head, chunks[1], chunks[0], chunks[2], chunks[3]]],
    ['has a chunk twice', () => [head, chunks[0], chunks[0], ...chunks.slice(1)]],
    ['has its last chunk moved forward', () => [head, chunks[0], chunks[3]]],
    ['goes on after its end', () => [head, ...chunks, chunks[3]]],
    ['has another header', () => [Buffer.concat([head.subarray(0, -1), Buffer.of((head.at(-1) ?? 0) ^ 1)]), ...chunks]],
  ])('is refused if it %s, before any of it is used', async (_what, parts) => {
    let isUsed = false;
    const use = (): Promise<void> => {
      isUsed = true;
      return Promise.resolve();
    };
    const refused = decryptFile(await written(...parts()), PASSPHRASE, use);
    await expect(refused).rejects.toMatchObject({ code: 'backup_unreadable' });
    expect(isUsed).toBe(false);
  });

  it('is refused with another passphrase, and if it has the earlier format', async () => {
    await expect(opened(file, 'another passphrase')).rejects.toMatchObject({ code: 'backup_unreadable' });
    const earlier = await written(Buffer.from('tollgate-backup1'), head, ...chunks);
    await expect(opened(earlier)).rejects.toThrow('restore it with the release that wrote it');
  });
});
