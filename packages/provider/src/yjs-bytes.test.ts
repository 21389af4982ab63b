import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applyUpdate, Doc, encodeStateAsUpdate, encodeStateVector } from 'yjs';
import { clocksOf, holdsDeletionsOnly, integrate, mergeAll } from './yjs-bytes.ts';

/** Updates of one document, one for each change. */
function changesOf(doc: Doc, change: (doc: Doc) => void): Uint8Array[] {
  const updates: Uint8Array[] = [];
  const listener = (bytes: Uint8Array) => updates.push(bytes);
  doc.on('update', listener);
  change(doc);
  doc.off('update', listener);
  return updates;
}

describe('mergeAll', () => {
  it('[W52] gives the text of all updates, however many', () => {
    for (const count of [1, 2, 31, 32, 33, 1_100]) {
      const doc = new Doc();
      const updates = changesOf(doc, () => {
        for (let at = 0; at < count; at += 1) doc.getText('body').insert(at, 'x');
      });
      const copy = new Doc();
      applyUpdate(copy, mergeAll(updates));
      expect(copy.getText('body').length).toBe(count);
    }
  });

  it('throws when there is nothing to merge', () => {
    expect(() => mergeAll([])).toThrow(RangeError);
  });
});

describe('integrate', () => {
  it('[W42] agrees with Yjs on which updates have all their ground', () => {
    const operation = fc.record({
      author: fc.nat(2),
      at: fc.nat(30),
      remove: fc.boolean(),
      sync: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(operation, { maxLength: 40 }), fc.nat(), (operations, seed) => {
        const docs = [new Doc(), new Doc(), new Doc()] as const;
        const updates = operations.flatMap(({ author, at, remove, sync }) => {
          const doc = docs[author]!;
          if (sync) applyUpdate(doc, encodeStateAsUpdate(docs[(author + 1) % 3]!), 'sync');
          return changesOf(doc, () => {
            const body = doc.getText('body');
            if (remove && body.length > 0) body.delete(at % body.length, 1);
            else body.insert(at % (body.length + 1), 'ab');
          });
        });
        // Some are left out: what builds on them has lost its ground.
        const given = updates.filter((_, at) => (seed >> (at % 16)) % 4 !== 0);
        const held = new Map<number, number>();
        for (const update of given) {
          const before = new Doc();
          for (const earlier of accepted(given, update)) applyUpdate(before, earlier);
          applyUpdate(before, update);
          const grounded = before.store.pendingStructs === null && before.store.pendingDs === null;
          expect(integrate(update, held)).toBe(grounded);
        }
      }),
      { numRuns: 200 },
    );
  });

  it('[W42] a merged update with a gap has no ground', () => {
    const doc = new Doc();
    const updates = changesOf(doc, () => {
      for (let at = 0; at < 3; at += 1) doc.getText('body').insert(at, 'x');
    });
    expect(integrate(mergeAll([updates[0]!, updates[2]!]), new Map())).toBe(false);
    expect(integrate(mergeAll([updates[0]!, updates[1]!]), new Map())).toBe(true);
  });

  it('counts what is held', () => {
    const doc = new Doc();
    doc.getText('body').insert(0, 'abc');
    expect(clocksOf(encodeStateAsUpdate(doc))).toEqual(new Map([[doc.clientID, 3]]));
    expect(clocksOf(null)).toEqual(new Map());
  });
});

/** The updates before `until` that have their ground among themselves, in order. */
function accepted(updates: readonly Uint8Array[], until: Uint8Array): Uint8Array[] {
  const kept: Uint8Array[] = [];
  for (const update of updates.slice(0, updates.indexOf(until))) {
    const trial = new Doc();
    for (const earlier of [...kept, update]) applyUpdate(trial, earlier);
    if (trial.store.pendingStructs === null && trial.store.pendingDs === null) kept.push(update);
  }
  return kept;
}

describe('holdsDeletionsOnly', () => {
  it('[W57] tells deletions from edits that bring something', () => {
    const doc = new Doc();
    const updates = changesOf(doc, () => {
      doc.getText('body').insert(0, 'abc');
      doc.getText('body').delete(0, 1);
    });
    expect(updates.map(holdsDeletionsOnly)).toEqual([false, true]);
    expect(holdsDeletionsOnly(encodeStateAsUpdate(doc, encodeStateVector(doc)))).toBe(true);
  });
});
