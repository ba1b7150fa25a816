import { createCipheriv, createDecipheriv, randomBytes, scrypt, type ScryptOptions } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { open, rm } from 'node:fs/promises';
import { type Readable, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { createGunzip, createGzip } from 'node:zlib';
import { DomainError } from '../errors.js';

/*
 * Format: magic (16 bytes), salt (16), nonce (12), gzip data encrypted with AES-256-GCM, tag (16). The key is derived
 * from the passphrase with scrypt; the header is authenticated as well.
 */
const MAGIC = Buffer.from('tollgate-backup1');
const SALT_BYTES = 16;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const HEAD_BYTES = MAGIC.length + SALT_BYTES + NONCE_BYTES;
const CIPHER = 'aes-256-gcm';
const KEY_BYTES = 32;
const SCRYPT: ScryptOptions = { N: 2 ** 17, r: 8, p: 1, maxmem: 2 ** 28 };

const keyOf = promisify<string, Buffer, number, ScryptOptions, Buffer>(scrypt);

/**
 * Writes `source` to a new file, compressed and encrypted, readable only by its owner.
 * @throws Error if the file exists; an incomplete file is removed
 */
export async function seal(source: Readable, file: string, passphrase: string): Promise<void> {
  const [salt, nonce] = [randomBytes(SALT_BYTES), randomBytes(NONCE_BYTES)];
  const head = Buffer.concat([MAGIC, salt, nonce]);
  const cipher = createCipheriv(CIPHER, await keyOf(passphrase, salt, KEY_BYTES, SCRYPT), nonce).setAAD(head);
  const out = createWriteStream(file, { flags: 'wx', mode: 0o600, flush: true });
  async function* framed(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    yield head;
    yield* chunks;
    yield cipher.getAuthTag();
  }
  try {
    await pipeline(source, createGzip({ level: 5 }), cipher, framed, out);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') await rm(file, { force: true });
    throw error;
  }
}

/**
 * Reads such a file. The whole file is authenticated before any of it is used.
 * @throws DomainError invalid `backup_unreadable` if the file is missing or damaged, or the passphrase is wrong
 */
export async function unseal(file: string, passphrase: string, use: (plain: Readable) => Promise<void>): Promise<void> {
  const { head, tag, end } = await endsOf(file);
  const nonce = head.subarray(-NONCE_BYTES);
  const key = await keyOf(passphrase, head.subarray(MAGIC.length, -NONCE_BYTES), KEY_BYTES, SCRYPT);
  const decipher = () => createDecipheriv(CIPHER, key, nonce).setAAD(head).setAuthTag(tag);
  const read = () => createReadStream(file, { start: HEAD_BYTES, end });
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  await pipeline(read(), decipher(), nowhere).catch(() => {
    throw unreadable(`${file} is damaged, or the passphrase is wrong.`);
  });
  const gunzip = createGunzip();
  await Promise.all([pipeline(read(), decipher(), gunzip), use(gunzip)]);
}

async function endsOf(file: string): Promise<{ head: Buffer; tag: Buffer; end: number }> {
  const handle = await open(file).catch((error: unknown) => {
    throw unreadable(`${file} cannot be read: ${(error as Error).message}`);
  });
  try {
    const { size } = await handle.stat();
    const { buffer: head } = await handle.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
    const isOurs = size > HEAD_BYTES + TAG_BYTES && head.subarray(0, MAGIC.length).equals(MAGIC);
    if (!isOurs) throw unreadable(`${file} is not a Tollgate backup, or is truncated.`);
    const { buffer: tag } = await handle.read(Buffer.alloc(TAG_BYTES), 0, TAG_BYTES, size - TAG_BYTES);
    return { head, tag, end: size - TAG_BYTES - 1 };
  } finally {
    await handle.close();
  }
}

const unreadable = (detail: string): DomainError => new DomainError('invalid', 'backup_unreadable', detail);
