import { createCipheriv, createDecipheriv, randomBytes, scrypt, type ScryptOptions } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { open, rm } from 'node:fs/promises';
import { type Readable, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { createGunzip, createGzip } from 'node:zlib';
import { DomainError } from '../errors.js';

/*
 * Format: magic (16 bytes), salt (16), nonce prefix (7), then gzip data in chunks of 1 MiB, each encrypted with
 * AES-256-GCM and followed by its tag (16). The nonce of a chunk is the prefix, its number (4) and whether it is the
 * last one (1): the STREAM construction of Hoang, Reyhanitabar, Rogaway and Vizár, because GCM is limited to 64 GiB per
 * nonce. A file that is cut off, or whose chunks were swapped, repeated or removed, cannot be read. The key is derived
 * from the passphrase with scrypt; the header is authenticated with every chunk.
 */
const MAGIC = Buffer.from('tollgate-backup2');
const EARLIER_MAGIC = Buffer.from('tollgate-backup1');
const SALT_BYTES = 16;
const PREFIX_BYTES = 7;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const CHUNK_BYTES = 1_048_576;
const HEAD_BYTES = MAGIC.length + SALT_BYTES + PREFIX_BYTES;
const CIPHER = 'aes-256-gcm';
const KEY_BYTES = 32;
const SCRYPT: ScryptOptions = { N: 2 ** 17, r: 8, p: 1, maxmem: 2 ** 28 };

const keyOf = promisify<string, Buffer, number, ScryptOptions, Buffer>(scrypt);

/**
 * Writes `source` to a new file, compressed and encrypted, readable only by its owner.
 * @throws Error if the file exists; an incomplete file is removed
 */
export async function encryptFile(source: Readable, file: string, passphrase: string): Promise<void> {
  const head = Buffer.concat([MAGIC, randomBytes(SALT_BYTES + PREFIX_BYTES)]);
  const key = await keyFor(head, passphrase);
  const out = createWriteStream(file, { flags: 'wx', mode: 0o600, flush: true });
  async function* sealed(plain: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    yield head;
    for await (const { bytes, number, is_last } of chunksOf(plain, CHUNK_BYTES)) {
      const cipher = createCipheriv(CIPHER, key, nonceOf(head, number, is_last)).setAAD(head);
      yield Buffer.concat([cipher.update(bytes), cipher.final(), cipher.getAuthTag()]);
    }
  }
  try {
    await pipeline(source, createGzip({ level: 5 }), sealed, out);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') await rm(file, { force: true });
    throw error;
  }
}

/**
 * Reads such a file. The whole file is authenticated before any of it is used.
 * @throws DomainError invalid `backup_unreadable` if the file is missing or damaged, or the passphrase is wrong
 */
export async function decryptFile(
  file: string,
  passphrase: string,
  use: (plain: Readable) => Promise<void>,
): Promise<void> {
  const head = await headOf(file);
  const key = await keyFor(head, passphrase);
  const read = () => createReadStream(file, { start: HEAD_BYTES });
  async function* opened(sealed: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    for await (const { bytes, number, is_last } of chunksOf(sealed, CHUNK_BYTES + TAG_BYTES)) {
      const decipher = createDecipheriv(CIPHER, key, nonceOf(head, number, is_last), { authTagLength: TAG_BYTES });
      decipher.setAAD(head).setAuthTag(bytes.subarray(-TAG_BYTES));
      yield Buffer.concat([decipher.update(bytes.subarray(0, -TAG_BYTES)), decipher.final()]);
    }
  }
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  await pipeline(read(), opened, nowhere).catch(() => {
    throw unreadable(`${file} is damaged, or the passphrase is wrong.`);
  });
  const gunzip = createGunzip();
  await Promise.all([pipeline(read(), opened, gunzip), use(gunzip)]);
}

interface Chunk {
  bytes: Buffer;
  number: number;
  is_last: boolean;
}

/** Yields a stream in chunks of `size` bytes; the last one has 1 to `size` bytes, or none if the stream is empty. */
async function* chunksOf(source: AsyncIterable<Buffer>, size: number): AsyncGenerator<Chunk> {
  let number = 0;
  let gathered: Buffer[] = [];
  let length = 0;
  for await (const bytes of source) {
    gathered.push(bytes);
    length += bytes.length;
    if (length <= size) continue;
    let rest = Buffer.concat(gathered);
    for (; rest.length > size; rest = rest.subarray(size)) {
      yield { bytes: rest.subarray(0, size), number, is_last: false };
      number += 1;
    }
    gathered = [rest];
    length = rest.length;
  }
  yield { bytes: Buffer.concat(gathered), number, is_last: true };
}

/** @throws RangeError from chunk 2^32 on, which is at 4 PiB */
function nonceOf(head: Buffer, number: number, is_last: boolean): Buffer {
  const nonce = Buffer.alloc(NONCE_BYTES);
  head.copy(nonce, 0, HEAD_BYTES - PREFIX_BYTES);
  nonce.writeUInt32BE(number, PREFIX_BYTES);
  nonce.writeUInt8(is_last ? 1 : 0, NONCE_BYTES - 1);
  return nonce;
}

const keyFor = (head: Buffer, passphrase: string): Promise<Buffer> =>
  keyOf(passphrase, head.subarray(MAGIC.length, MAGIC.length + SALT_BYTES), KEY_BYTES, SCRYPT);

async function headOf(file: string): Promise<Buffer> {
  const handle = await open(file).catch((error: unknown) => {
    throw unreadable(`${file} cannot be read: ${(error as Error).message}`);
  });
  try {
    const { size } = await handle.stat();
    const { buffer: head } = await handle.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
    const magic = head.subarray(0, MAGIC.length);
    if (magic.equals(EARLIER_MAGIC)) {
      throw unreadable(`${file} has an earlier format: restore it with the release that wrote it.`);
    }
    const isOurs = size > HEAD_BYTES + TAG_BYTES && magic.equals(MAGIC);
    if (!isOurs) throw unreadable(`${file} is not a Tollgate backup, or is truncated.`);
    return head;
  } finally {
    await handle.close();
  }
}

const unreadable = (detail: string): DomainError => new DomainError('invalid', 'backup_unreadable', detail);
