import { Readable } from 'node:stream';
import type { Kysely } from 'kysely';
import type { FileStore } from '../../domain/ports.ts';
import type { Database } from '../sql/schema.ts';

/** Bytes of a file in one row: what is in memory at a time for each download. */
const PIECE_BYTES = 262_144;

/** Keeps uploaded files in the database that all nodes share, in pieces. */
export function createDatabaseFileStore(db: Kysely<Database>): FileStore {
  const readPiece = async (key: string, piece: number): Promise<Uint8Array | null> => {
    const row = await db
      .selectFrom('stored_files')
      .select('bytes')
      .where('storage_key', '=', key)
      .where('piece', '=', piece)
      .executeTakeFirst();
    return row?.bytes ?? null;
  };
  const writePiece = async (key: string, piece: number, bytes: Uint8Array): Promise<void> => {
    await db
      .insertInto('stored_files')
      .values({ storage_key: key, piece, bytes })
      .onConflict((conflict) => conflict.columns(['storage_key', 'piece']).doUpdateSet({ bytes }))
      .execute();
  };
  const remove = async (key: string): Promise<void> => {
    await db.deleteFrom('stored_files').where('storage_key', '=', key).execute();
  };
  async function* piecesAfter(key: string, first: Uint8Array): AsyncGenerator<Uint8Array> {
    let bytes: Uint8Array | null = first;
    for (let piece = 1; bytes !== null; piece += 1) {
      yield bytes;
      bytes = bytes.byteLength < PIECE_BYTES ? null : await readPiece(key, piece);
    }
  }
  return {
    async put(key, bytes) {
      await remove(key);
      const count = Math.max(1, Math.ceil(bytes.byteLength / PIECE_BYTES));
      for (let piece = count - 1; piece >= 0; piece -= 1) {
        const start = piece * PIECE_BYTES;
        await writePiece(key, piece, bytes.subarray(start, start + PIECE_BYTES));
      }
    },
    async stream(key) {
      const first = await readPiece(key, 0);
      if (first === null) throw new Error(`there is no file ${key}`);
      return Readable.from(piecesAfter(key, first), { objectMode: false });
    },
    remove,
  };
}
