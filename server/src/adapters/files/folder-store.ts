import { join } from 'node:path';
import { Disk } from 'flydrive';
import { FSDriver } from 'flydrive/drivers/fs';
import type { FileStore } from '../../domain/ports.ts';

/** Keeps uploaded files in `DATA_DIR/files`. */
export function createFolderStore(dataDir: string): FileStore {
  const disk = new Disk(new FSDriver({ location: join(dataDir, 'files'), visibility: 'private' }));
  return {
    put: (key, bytes) => disk.put(key, bytes),
    stream: (key) => disk.getStream(key),
    remove: (key) => disk.delete(key),
  };
}
