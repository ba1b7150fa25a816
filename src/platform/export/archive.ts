import type { PassThrough, Readable } from 'node:stream';
import { ZipFile } from 'yazl';

/** A file of an archive; its content is asked for when its turn comes. */
export interface ArchiveFile {
  readonly name: string;
  content(): Readable;
}

/**
 * The bytes of a zip archive, made while they are read: files follow one another, and none is held in memory.
 * Destroying the stream ends the file that is being read; a file that fails destroys the stream.
 */
export function archiveOf(files: readonly ArchiveFile[], mtime: Date): Readable {
  const zip = new ZipFile();
  const archive = zip.outputStream as PassThrough;
  let current: Readable | null = null;
  for (const file of files) {
    zip.addReadStreamLazy(file.name, { mtime }, (give) => {
      current = file.content();
      current.once('error', (error) => archive.destroy(error));
      give(null, current);
    });
  }
  zip.once('error', (error: Error) => archive.destroy(error));
  archive.once('close', () => current?.destroy());
  zip.end();
  return archive;
}
