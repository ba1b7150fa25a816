import type { PassThrough, Readable } from 'node:stream';
import { ZipFile } from 'yazl';

/** A file of an archive; its content is requested when its turn comes. */
export interface ArchiveFile {
  readonly name: string;
  content(): Readable;
}

/**
 * Returns a zip archive as a stream, generated while it is read: files are written one after the other, and none is
 * held in memory. Destroying the stream ends the current file; an error in a file destroys the stream.
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
