import { mulberry32, wordsOf } from '@plenary/testing';
import { describe, expect, it } from 'vitest';
import { Doc, applyUpdate, encodeStateAsUpdate, encodeStateVector, Map as YMap } from 'yjs';
import { compactUpdate } from './compact-update.ts';
import { mergeUpdates, summarise } from './heavy-work.ts';

describe('compacting the stored state', () => {
  it('[R2.5] a text typed key by key takes hardly more than a Yjs document’s encoding', () => {
    const doc = new Doc();
    const updates = recorded(doc);
    const text = doc.getText('text');
    for (let i = 0; i < 2_000; i += 1) text.insert(text.length, 'x');
    for (let i = 0; i < 500; i += 1) text.delete(100, 1);
    const compacted = compactUpdate(mergeUpdates(updates));
    expect(compacted.byteLength).toBeLessThan(encodeStateAsUpdate(doc).byteLength + 50);
    expect(readBack(compacted).getText('text').toJSON()).toBe('x'.repeat(1_500));
  });

  it('[R2.5] it is the same document, and stays so with whatever comes after', () => {
    for (let seed = 1; seed <= 60; seed += 1) {
      const random = mulberry32(seed);
      const docs = Array.from({ length: 3 }, () => new Doc({ gc: random() < 0.5 }));
      const logs = docs.map(recorded);
      for (let step = 0; step < 60; step += 1) {
        change(docs[step % 3]!, random);
        if (random() < 0.2) exchange(docs, random);
      }
      const all = logs.flat();
      const cut = Math.floor(random() * all.length);
      const early = logs.map((log) => log.slice(0, Math.ceil((log.length * cut) / all.length)));
      const closed = closedPart(mergeUpdates(early.flat()));
      const compacted = compactUpdate(closed);
      expect(shown(readBack(compacted)), `seed ${seed}`).toEqual(shown(readBack(closed)));
      expect(summarise(compacted).stateVector, `seed ${seed}`).toEqual(
        summarise(closed).stateVector,
      );
      const whole = readBack(compacted, ...all);
      expect(whole.store.pendingStructs, `seed ${seed}`).toBeNull();
      expect(shown(whole), `seed ${seed}`).toEqual(shown(readBack(...all)));
    }
  });

  it('[R2.5] a surrogate pair that was cut in two does no harm', () => {
    const doc = new Doc();
    const updates = recorded(doc);
    doc.getText('text').insert(0, 'a😀b');
    doc.getText('text').delete(2, 1);
    const compacted = compactUpdate(mergeUpdates(updates));
    expect(wordsOf(readBack(compacted))).toBe(wordsOf(readBack(...updates)));
  });
});

function recorded(doc: Doc): Uint8Array[] {
  const updates: Uint8Array[] = [];
  doc.on('update', (bytes: Uint8Array, origin: unknown) => {
    if (origin === null) updates.push(bytes);
  });
  return updates;
}

function change(doc: Doc, random: () => number): void {
  const text = doc.getText('text');
  const map = doc.getMap<unknown>('map');
  const at = Math.floor(random() * (text.length + 1));
  const dice = random();
  if (dice < 0.4) text.insert(at, 'abc'.slice(Math.floor(random() * 3)));
  else if (dice < 0.6 && text.length > at) text.delete(at, Math.min(3, text.length - at));
  else if (dice < 0.7) text.format(0, Math.min(4, text.length), { bold: random() < 0.5 });
  else if (dice < 0.8) map.set(`k${Math.floor(random() * 3)}`, Math.floor(random() * 9));
  else if (dice < 0.9) doc.getArray<number>('array').insert(0, [1, 2, 3]);
  else nested(map).set('inner', at);
}

function nested(map: YMap<unknown>): YMap<unknown> {
  if (map.get('nested') === undefined) map.set('nested', new YMap());
  return map.get('nested') as YMap<unknown>;
}

function exchange(docs: readonly Doc[], random: () => number): void {
  const from = docs[Math.floor(random() * docs.length)]!;
  for (const to of docs) {
    if (to !== from) applyUpdate(to, encodeStateAsUpdate(from, encodeStateVector(to)), 'remote');
  }
}

/** The part of an update that a document without anything else can show. */
function closedPart(update: Uint8Array): Uint8Array {
  const doc = new Doc({ gc: false });
  applyUpdate(doc, update);
  doc.store.pendingStructs = null;
  doc.store.pendingDs = null;
  return encodeStateAsUpdate(doc);
}

function readBack(...updates: readonly Uint8Array[]): Doc {
  const doc = new Doc();
  for (const update of updates) applyUpdate(doc, update, 'remote');
  return doc;
}

function shown(doc: Doc): unknown {
  return {
    text: doc.getText('text').toDelta() as unknown,
    map: doc.getMap('map').toJSON() as unknown,
    array: doc.getArray('array').toJSON() as unknown,
  };
}
