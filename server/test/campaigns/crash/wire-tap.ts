import { decodeClientMessage, decodeServerMessage } from '@plenary/protocol';
import type { SocketTap } from '@plenary/testing';
import type { Witness } from './writers.ts';

/** One edit on its way over a socket of ours. */
interface Sent {
  readonly seq: number;
  readonly bytes: Uint8Array;
}

/**
 * Reads along on one `plenary.v1` socket: notes the text that comes as shown, and edits that are
 * acknowledged as saved.
 */
export function wireTap(witness: Witness): SocketTap {
  const asked = new Map<number, string>();
  const rooms = new Map<number, { readonly chapterId: string; sent: Sent[] }>();
  return {
    sent(frame) {
      const message = decodeClientMessage(frame);
      if (message.type === 'open') asked.set(message.ref, message.chapterId);
      if (message.type === 'update') rooms.get(message.room)?.sent.push(message);
    },
    received(frame) {
      const message = decodeServerMessage(frame);
      switch (message.type) {
        case 'opened':
          rooms.set(message.room, { chapterId: asked.get(message.ref)!, sent: [] });
          return;
        case 'state':
        case 'updates':
          witness.ledgerOf(rooms.get(message.room)!.chapterId).note(message.bytes);
          return;
        case 'refused': {
          const room = rooms.get(message.room)!;
          room.sent = room.sent.filter(({ seq }) => seq !== message.seq);
          if (message.reason === 'foreign' || message.reason === 'malformed') {
            witness.fault(`an honest edit was refused as ${message.reason}`);
          }
          return;
        }
        case 'ack': {
          const room = rooms.get(message.room)!;
          const ledger = witness.ledgerOf(room.chapterId);
          for (const { seq, bytes } of room.sent) if (seq <= message.seq) ledger.note(bytes);
          room.sent = room.sent.filter(({ seq }) => seq > message.seq);
          return;
        }
        case 'stale':
          witness.fault('a client was told that the chapter has another history');
          return;
        case 'access':
        case 'closed':
        case 'missing':
        case 'presence':
        case 'pong':
          return;
      }
    },
  };
}
