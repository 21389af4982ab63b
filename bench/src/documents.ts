import * as Y from 'yjs';
import { mulberry32 } from '@plenary/testing';
import { ROOT, type TraceDocument } from './trace-document.ts';

const MEGABYTE = 1_048_576;
/** Characters of one insertion: a document of a size then has as many pieces as one that was edited. */
const PIECE = 150;
/** How far from its end a document is edited: people work at one place. */
const REACH = 20_000;
/** Every so many insertions something is deleted. */
const DELETES_EVERY = 8;
/** No update is larger than this: servers have limits. */
const UPDATE_BYTES = 2 * MEGABYTE;
const WORDS = 'the array was towed at four knots while both vessels kept station ';

/** A document of about so many bytes, written in pieces at changing places, some of it deleted. */
export function documentOfSize(bytes: number): TraceDocument {
  const random = mulberry32(bytes);
  const doc = new Y.Doc();
  const text = doc.getText(ROOT);
  const updates: Uint8Array[] = [];
  let vector = Y.encodeStateVector(doc);
  let total = 0;
  while (total < bytes) {
    const wanted = Math.min(UPDATE_BYTES, bytes - total);
    doc.transact(() => {
      for (let piece = 0; piece * PIECE < wanted; piece += 1) {
        const at = text.length - Math.floor(random() * Math.min(REACH, text.length));
        if (piece % DELETES_EVERY === 0 && at > PIECE) text.delete(at - PIECE, PIECE / 2);
        text.insert(Math.min(at, text.length), pieceOfText(random));
      }
    });
    const update = Y.encodeStateAsUpdate(doc, vector);
    vector = Y.encodeStateVector(doc);
    updates.push(update);
    total += update.length;
  }
  return { updates, text: text.toJSON() };
}

function pieceOfText(random: () => number): string {
  const from = Math.floor(random() * WORDS.length);
  return WORDS.repeat(4).slice(from, from + PIECE);
}
