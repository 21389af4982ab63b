import { mulberry32 } from '@plenary/testing';
import { describe, expect, it } from 'vitest';
import { Outbox, type Edit, type KeptRecord } from './outbox.ts';

/** What the outbox remembers, looked up among all edits. */
function lookedUp({ edits }: Outbox) {
  const typed = edits.filter(({ implied }) => !implied);
  return {
    unkept: typed.filter(({ record }) => record === null),
    allKept: typed.every(({ record }) => (record?.key ?? null) !== null),
    framesInFlight: new Set(edits.flatMap(({ seq }) => seq ?? [])).size,
    next: edits.filter(({ seq }) => seq === null).slice(0, 3),
    pending: edits.reduce((sum, { changes }) => sum + changes, 0),
  };
}

function remembered(outbox: Outbox) {
  const { allKept, framesInFlight, pending } = outbox;
  // Each edit has one byte.
  return { unkept: outbox.unkept(), allKept, framesInFlight, next: outbox.next(3), pending };
}

describe('the outbox', () => {
  it('[W52] [W53] remembers how far edits were kept and sent, whatever happens to them', () => {
    for (let seed = 1; seed <= 200; seed += 1) {
      const random = mulberry32(seed);
      const below = (limit: number): number => Math.floor(random() * limit);
      const outbox = new Outbox();
      let seq = 0;
      let key = 0;
      let writing: { record: KeptRecord; edits: readonly Edit[] } | null = null;
      const acts = [
        () => outbox.add(Uint8Array.of(0), false),
        () => outbox.add(Uint8Array.of(0), false),
        () =>
          outbox.adopt({ generation: 'g', bytes: Uint8Array.of(0), changes: 1, key: (key += 1) }),
        () => {
          const edits = outbox.next(1 + below(3));
          if (edits.length > 0) outbox.sent(edits, (seq += 1));
        },
        () => outbox.sent([...outbox.edits], (seq += 1)),
        () => void outbox.acknowledge(below(seq + 1)),
        () => outbox.requeue(below(seq + 1)),
        () => outbox.remove(outbox.edits.filter(() => random() < 0.2)),
        () => {
          const edits = outbox.unkept();
          if (writing !== null || edits.length === 0) return;
          const record: KeptRecord = { key: null, unacknowledged: edits.length };
          for (const edit of edits) edit.record = record;
          writing = { record, edits };
        },
        () => {
          if (writing === null) return;
          const { record, edits } = writing;
          writing = null;
          if (random() < 0.7) {
            record.key = key += 1;
            return;
          }
          for (const edit of edits) edit.record = null;
          outbox.recheck();
        },
      ];
      for (let step = 0; step < 120; step += 1) {
        acts[below(acts.length)]!();
        expect(remembered(outbox), `seed ${seed}, step ${step}`).toEqual(lookedUp(outbox));
      }
    }
  });
});
