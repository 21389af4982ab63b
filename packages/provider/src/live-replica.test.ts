import { CLOSE_CODES, MAX_UPDATE_BYTES } from '@plenary/protocol';
import { ProviderStage, settle, textOf, typeInto, updateWith } from '@plenary/testing';
import { describe, expect, it } from 'vitest';
import { applyAwarenessUpdate, Awareness, encodeAwarenessUpdate } from 'y-protocols/awareness';
import { applyUpdate, Doc, encodeStateAsUpdate, encodeStateVector } from 'yjs';
import { LONGEST_DELAY_MS } from './backoff.ts';
import { WRITE_DELAY_MS } from './keeper.ts';
import { STORAGE_FULL_RETRY_MS } from './live-replica.ts';
import { ADOPT_AFTER_MS, LOOK_INTERVAL_MS } from './other-pages.ts';
import { FRAME_INTERVAL_MS, MAX_FRAMES_IN_FLIGHT } from './sender.ts';
import { MemoryDisk } from './memory-store.ts';
import { PRESENCE_INTERVAL_MS } from './presence.ts';

function wordsOf(state: Uint8Array): string {
  const doc = new Doc();
  applyUpdate(doc, state);
  return doc.getText('body').toJSON();
}

describe('opening', () => {
  it('[W22] resumes from the position of the local copy', async () => {
    const stage = new ProviderStage({});
    await stage.openChapter('c', 'text');
    await stage.connection.close();
    const again = new ProviderStage({ disk: stage.disk });
    const replica = again.connection.open('c');
    await replica.whenLoaded;
    expect(textOf(replica)).toBe('text');
    again.socket.accept();
    await settle();
    expect(again.socket.of('open')).toEqual([
      {
        type: 'open',
        ref: 1,
        chapterId: 'c',
        schemaVersion: 1,
        generation: 'generation-1',
        position: 1,
      },
    ]);
  });

  it('[W23] goes on where it was after a cut, also when the copy was not written yet', async () => {
    const stage = new ProviderStage({});
    const replica = await stage.openChapter('c', 'text');
    stage.say({ type: 'updates', room: 7, from: 1, position: 4, bytes: updateWith('more ') });
    stage.socket.cut();
    await stage.clock.advance(LONGEST_DELAY_MS);
    stage.socket.accept();
    expect(stage.socket.of('open')[0]).toMatchObject({ position: 4 });
    expect(textOf(replica)).toContain('more ');
  });

  it('[W23] a gap in what the server sends makes the chapter be opened again', async () => {
    const stage = new ProviderStage({});
    const replica = await stage.openChapter('c', 'text');
    stage.say({ type: 'updates', room: 7, from: 3, position: 4, bytes: updateWith('later') });
    expect(textOf(replica)).toBe('text');
    await stage.clock.advance(LONGEST_DELAY_MS);
    expect(stage.socket.of('close')).toEqual([{ type: 'close', room: 7 }]);
    expect(stage.socket.of('open').at(-1)).toMatchObject({ position: 1 });
  });

  it('[W23] loading ends when the text has reached the head', async () => {
    const stage = new ProviderStage({});
    const replica = stage.connection.open('c');
    let loaded = false;
    void replica.whenLoaded.then(() => {
      loaded = true;
    });
    await stage.admit('c', { head: 5 });
    stage.say({ type: 'state', room: 7, position: 4, bytes: updateWith('text') });
    await settle();
    expect(replica.state).toEqual({ kind: 'loading' });
    expect(loaded).toBe(false);
    stage.say({ type: 'updates', room: 7, from: 4, position: 5, bytes: updateWith('!') });
    await settle();
    expect(replica.state).toEqual({ kind: 'saved' });
    expect(loaded).toBe(true);
  });

  it('[W29] a chapter that is closed for a passing reason is opened again later', async () => {
    const stage = new ProviderStage({});
    stage.connection.open('c');
    stage.socket.accept();
    await settle();
    const { code } = CLOSE_CODES.quarantined;
    stage.say({ type: 'closed', ref: 1, room: 0, code });
    expect(stage.socket.of('open')).toHaveLength(1);
    await stage.clock.advance(LONGEST_DELAY_MS);
    expect(stage.socket.of('open')).toHaveLength(2);
  });
});

describe('saving', () => {
  it('[W40] an edit is in the local copy and on the wire at once, and gone from it when acknowledged', async () => {
    const stage = new ProviderStage({});
    const replica = await stage.openChapter();
    typeInto(replica, 'a');
    expect(stage.socket.of('update')).toHaveLength(1);
    expect(replica.state).toEqual({ kind: 'saving', pending: 1 });
    await settle();
    expect((await stage.store.peek('c')).unsent).toHaveLength(1);
    stage.say({
      type: 'ack',
      room: 7,
      seq: stage.socket.of('update')[0]?.seq ?? -1,
      position: 1,
    });
    expect(replica.state).toEqual({ kind: 'saved' });
    await stage.clock.advance(WRITE_DELAY_MS);
    const copy = await stage.store.load('c');
    expect(copy?.unsent).toEqual([]);
    expect(wordsOf(copy?.base ?? new Uint8Array([0, 0]))).toBe('a');
  });

  it('[W24] an acknowledgement covers everything up to its number, and nothing above', async () => {
    const stage = new ProviderStage({});
    const replica = await stage.openChapter();
    for (const letter of 'abc') {
      typeInto(replica, letter);
      await stage.clock.advance(20);
    }
    const [first, second, third] = stage.socket.of('update').map(({ seq }) => seq);
    stage.say({ type: 'ack', room: 7, seq: second!, position: 2 });
    expect(replica.state).toEqual({ kind: 'saving', pending: 1 });
    stage.say({ type: 'ack', room: 7, seq: first!, position: 1 });
    expect(replica.state).toEqual({ kind: 'saving', pending: 1 });
    stage.say({ type: 'ack', room: 7, seq: third!, position: 3 });
    expect(replica.state).toEqual({ kind: 'saved' });
  });

  it('[W50] the server’s text reaching here is no acknowledgement of what was typed', async () => {
    const stage = new ProviderStage({});
    const replica = await stage.openChapter();
    typeInto(replica, 'a');
    stage.say({ type: 'updates', room: 7, from: 0, position: 9, bytes: updateWith('x') });
    expect(replica.state).toEqual({ kind: 'saving', pending: 1 });
  });

  it('[W50] what was on its way when the socket was cut is pending, and sent again', async () => {
    const stage = new ProviderStage({});
    const replica = await stage.openChapter();
    typeInto(replica, 'a');
    await settle();
    stage.socket.cut();
    expect(replica.state).toEqual({ kind: 'offline', pending: 1, keptLocally: true });
    await stage.clock.advance(LONGEST_DELAY_MS);
    await stage.admit('c');
    expect(stage.socket.of('update')).toHaveLength(1);
    expect(replica.state).toEqual({ kind: 'saving', pending: 1 });
  });

  it('[W51] the count of unsent changes survives closing the browser, and they arrive', async () => {
    const stage = new ProviderStage({});
    const replica = await stage.openChapter('c', 'text');
    stage.socket.cut();
    for (const letter of 'fourteen words') typeInto(replica, letter);
    await settle();
    expect(replica.state).toEqual({ kind: 'offline', pending: 14, keptLocally: true });
    await stage.connection.close();

    const again = new ProviderStage({ disk: stage.disk, seed: 2 });
    const reopened = again.connection.open('c');
    await reopened.whenLoaded;
    expect(textOf(reopened)).toBe('textfourteen words');
    expect(reopened.state).toEqual({ kind: 'offline', pending: 14, keptLocally: true });
    await again.admit('c');
    expect(reopened.state).toEqual({ kind: 'saving', pending: 14 });
    const [update] = again.socket.of('update');
    again.say({ type: 'ack', room: 7, seq: update?.seq ?? -1, position: 2 });
    expect(reopened.state).toEqual({ kind: 'saved' });
  });

  it('[W50] a store that refuses is said: not kept locally, and not lost while the page lives', async () => {
    const disk = new MemoryDisk({ durable: true });
    const store = disk.open();
    let full = true;
    const add = store.addUnsent.bind(store);
    store.addUnsent = (...args) => (full ? Promise.reject(new Error('no room')) : add(...args));
    const stage = new ProviderStage({ disk, store });
    const replica = await stage.openChapter();
    stage.socket.cut();
    typeInto(replica, 'a');
    await settle();
    expect(replica.state).toEqual({ kind: 'offline', pending: 1, keptLocally: false });
    full = false;
    typeInto(replica, 'b');
    await settle();
    expect(replica.state).toEqual({ kind: 'offline', pending: 2, keptLocally: true });
    expect((await stage.store.peek('c')).unsent.map(({ changes }) => changes)).toEqual([2]);
  });

  it('[W40] the text an edit builds on is in the copy before the edit', async () => {
    const stage = new ProviderStage({});
    const replica = await stage.openChapter('c', 'text');
    stage.say({ type: 'updates', room: 7, from: 1, position: 2, bytes: updateWith('news ') });
    typeInto(replica, 'typed');
    await settle();
    const copy = await stage.disk.open().load('c');
    expect(copy).toMatchObject({ position: 2, unsent: [{ changes: 1 }] });
    expect(wordsOf(copy?.base ?? new Uint8Array())).toContain('news ');
  });

  it('[W41] an edit is kept under the history it was made in, also the first of a chapter', async () => {
    const stage = new ProviderStage({});
    const replica = await stage.openChapter();
    typeInto(replica, 'typed');
    await settle();
    const { unsent } = await stage.store.peek('c');
    expect(unsent.map(({ generation }) => generation)).toEqual(['generation-1']);
  });

  it('[W40] an edit acknowledged while it is being written leaves the unsent all the same', async () => {
    const store = new MemoryDisk({ durable: true }).open();
    const stage = new ProviderStage({ store });
    const replica = await stage.openChapter('c', 'text');
    const written = Promise.withResolvers<void>();
    const add = store.addUnsent.bind(store);
    store.addUnsent = (...args) => written.promise.then(() => add(...args));
    typeInto(replica, 'typed');
    await settle();
    const [update] = stage.socket.of('update');
    stage.say({ type: 'ack', room: 7, seq: update?.seq ?? -1, position: 2 });
    written.resolve();
    await settle();
    await stage.clock.advance(WRITE_DELAY_MS);
    expect((await store.peek('c')).unsent).toEqual([]);
  });

  it('[W42] what stays when an edit of the same record is refused is kept anew', async () => {
    const stage = new ProviderStage({});
    const replica = await stage.openChapter();
    typeInto(replica, 'stays');
    typeInto(replica, 'refused');
    await stage.clock.advance(FRAME_INTERVAL_MS);
    expect((await stage.store.peek('c')).unsent.map(({ changes }) => changes)).toEqual([2]);
    const seqs = stage.socket.of('update').map(({ seq }) => seq);
    expect(seqs).toHaveLength(2);
    stage.say({ type: 'refused', room: 7, seq: seqs[1] ?? -1, reason: 'foreign' });
    await settle();
    expect(textOf(replica)).toBe('stays');
    const copy = await stage.store.peek('c');
    expect(copy.unsent.map(({ bytes }) => wordsOf(bytes))).toEqual(['stays']);
  });

  it('[W51] a copy that could not be read at first still gives what is unsent', async () => {
    const first = new ProviderStage({});
    const before = await first.openChapter('c', 'text');
    first.socket.cut();
    typeInto(before, ' unsent');
    await settle();
    await first.connection.close();
    const store = first.disk.open();
    const load = store.load.bind(store);
    store.load = () => {
      store.load = load;
      return Promise.reject(new Error('not now'));
    };
    const stage = new ProviderStage({ disk: first.disk, store });
    const replica = stage.connection.open('c');
    await settle();
    expect(replica.state).toMatchObject({ kind: 'offline', pending: 1 });
    expect(textOf(replica)).toBe('text unsent');
    await stage.admit('c');
    expect(stage.socket.of('update')).toHaveLength(1);
  });

  it('[W50] a store in memory never counts as kept locally', async () => {
    const stage = new ProviderStage({ disk: new MemoryDisk({ durable: false }) });
    const replica = await stage.openChapter();
    stage.socket.cut();
    typeInto(replica, 'a');
    await settle();
    expect(replica.state).toEqual({ kind: 'offline', pending: 1, keptLocally: false });
  });

  it('[W52] typing at speed uses a bounded number of frames', async () => {
    const stage = new ProviderStage({});
    const replica = await stage.openChapter();
    for (let at = 0; at < 500; at += 1) {
      typeInto(replica, 'x');
      await stage.clock.advance(1);
    }
    expect(stage.socket.of('update').length).toBeLessThanOrEqual(MAX_FRAMES_IN_FLIGHT);
    for (;;) {
      const sent = stage.socket.of('update');
      const last = sent.at(-1)?.seq ?? -1;
      stage.say({ type: 'ack', room: 7, seq: last, position: last });
      await stage.clock.advance(20);
      if (stage.socket.of('update').length === sent.length) break;
    }
    expect(replica.state).toEqual({ kind: 'saved' });
    const doc = new Doc();
    for (const { bytes } of stage.socket.of('update')) applyUpdate(doc, bytes);
    expect(doc.getText('body').toJSON()).toBe('x'.repeat(500));
  });

  it('[W52] 10,000 changes made offline become one frame', async () => {
    const stage = new ProviderStage({});
    const replica = await stage.openChapter();
    stage.socket.cut();
    for (let at = 0; at < 10_000; at += 1) typeInto(replica, String(at % 10));
    await settle();
    expect(replica.state).toMatchObject({ kind: 'offline', pending: 10_000 });
    await stage.clock.advance(LONGEST_DELAY_MS);
    await stage.admit('c');
    const sent = stage.socket.of('update');
    expect(sent).toHaveLength(1);
    expect(wordsOf(sent[0]!.bytes)).toBe(textOf(replica));
    stage.say({ type: 'ack', room: 7, seq: sent[0]!.seq, position: 1 });
    expect(replica.state).toEqual({ kind: 'saved' });
  });

  it('[W57] deletions that Yjs draws from somebody else’s edit are sent, but are nobody’s typing', async () => {
    const stage = new ProviderStage({});
    const replica = stage.connection.open('c');
    const other = new Doc();
    other.getText('body').insert(0, 'plain and bold');
    await stage.admit('c', { head: 1 });
    stage.say({ type: 'state', room: 7, position: 1, bytes: encodeStateAsUpdate(other) });
    replica.doc.getText('body').format(0, 5, { bold: true });
    const concurrent = new Doc();
    applyUpdate(concurrent, encodeStateAsUpdate(other));
    concurrent.getText('body').format(0, 9, { bold: true });
    const [own] = stage.socket.of('update');
    stage.say({ type: 'ack', room: 7, seq: own!.seq, position: 2 });
    expect(replica.state).toEqual({ kind: 'saved' });
    stage.say({
      type: 'updates',
      room: 7,
      from: 1,
      position: 3,
      bytes: encodeStateAsUpdate(concurrent),
    });
    expect(stage.socket.of('update').length).toBe(2);
    expect(stage.socket.of('update')[1]?.bytes[0]).toBe(0);
    expect(replica.state).toEqual({ kind: 'saved' });
    await settle();
    await stage.clock.advance(WRITE_DELAY_MS);
    expect((await stage.store.peek('c')).unsent).toEqual([]);
  });
});

describe('what the server lacks', () => {
  it('[W26] is sent as one frame, whose acknowledgement covers everything', async () => {
    const stage = new ProviderStage({});
    const replica = await stage.openChapter('c', 'text');
    typeInto(replica, 'a');
    await stage.clock.advance(20);
    typeInto(replica, 'b');
    stage.say({ type: 'missing', room: 7, stateVector: encodeStateVector(new Doc()) });
    const sent = stage.socket.of('update');
    expect(sent).toHaveLength(3);
    expect(wordsOf(sent[2]!.bytes)).toBe('textab');
    stage.say({ type: 'ack', room: 7, seq: sent[2]!.seq, position: 3 });
    expect(replica.state).toEqual({ kind: 'saved' });
  });

  it('[W26] a server that is never content does not make an endless exchange', async () => {
    const stage = new ProviderStage({});
    const replica = await stage.openChapter();
    typeInto(replica, 'a');
    for (let at = 0; at < 50; at += 1) {
      stage.say({ type: 'missing', room: 7, stateVector: encodeStateVector(new Doc()) });
    }
    await settle();
    expect(stage.socket.of('update').length).toBeLessThan(12);
    expect(replica.drafts).toMatchObject([{ reason: 'not-causal' }]);
    expect(wordsOf(replica.drafts[0]!.state)).toBe('a');
  });
});

describe('another history', () => {
  it('[W41] unsent edits become a draft, and a new document takes the text’s place', async () => {
    const stage = new ProviderStage({});
    const replica = await stage.openChapter('c', 'old ');
    stage.socket.cut();
    typeInto(replica, 'words');
    await stage.clock.advance(LONGEST_DELAY_MS);
    const before = replica.doc;
    let textWhenTold = 'not told';
    replica.onReplaced(() => {
      textWhenTold = before.getText('body').toJSON();
      expect(replica.doc).not.toBe(before);
    });
    stage.socket.accept();
    const open = stage.socket.of('open').at(-1);
    stage.say({ type: 'stale', ref: open!.ref, generation: 'generation-2' });
    await settle();
    expect(textWhenTold).toBe('old words');
    expect(replica.drafts).toMatchObject([{ chapterId: 'c', reason: 'stale' }]);
    expect(wordsOf(replica.drafts[0]!.state)).toBe('old words');
    expect(stage.socket.of('open').at(-1)).toMatchObject({ generation: '', position: 0 });
    await stage.admit('c', { generation: 'generation-2', head: 2 });
    stage.say({ type: 'state', room: 7, position: 2, bytes: updateWith('restored') });
    await stage.clock.advance(WRITE_DELAY_MS);
    expect(textOf(replica)).toBe('restored');
    expect(replica.state).toEqual({ kind: 'saved' });
    const copy = await stage.store.load('c');
    expect(copy).toMatchObject({ generation: 'generation-2', unsent: [] });
    expect(copy?.drafts).toHaveLength(1);
    expect(stage.socket.of('update')).toEqual([]);
  });

  it('[W41] without unsent edits there is no draft', async () => {
    const stage = new ProviderStage({});
    const replica = await stage.openChapter('c', 'old');
    stage.say({ type: 'stale', ref: stage.socket.of('open')[0]!.ref, generation: 'generation-2' });
    await settle();
    expect(replica.drafts).toEqual([]);
    expect(textOf(replica)).toBe('');
    expect(stage.socket.of('open').at(-1)).toMatchObject({ generation: '', position: 0 });
  });

  it('[W41] a server that opens with another history than the copy’s is treated alike', async () => {
    const stage = new ProviderStage({});
    const replica = await stage.openChapter('c', 'old');
    stage.socket.cut();
    await stage.clock.advance(LONGEST_DELAY_MS);
    await stage.admit('c', { generation: 'generation-2', resumed: false, head: 3 });
    await settle();
    expect(textOf(replica)).toBe('');
    expect(stage.socket.of('open').at(-1)).toMatchObject({ generation: '', position: 0 });
  });
});

describe('refusals', () => {
  it('[W42] refused edits and what builds on them become a draft; the rest stays and is sent', async () => {
    const disk = new MemoryDisk({ durable: true });
    const earlier = new ProviderStage({ disk, seed: 3 });
    const before = await earlier.openChapter('c', 'base ');
    earlier.socket.cut();
    typeInto(before, 'independent ');
    await settle();
    await earlier.connection.close();

    const stage = new ProviderStage({ disk, seed: 4 });
    const replica = stage.connection.open('c');
    await stage.admit('c');
    const [kept] = stage.socket.of('update');
    replica.doc.getText('notes').insert(0, 'refused');
    await stage.clock.advance(20);
    replica.doc.getText('notes').insert(7, ' and dependent');
    const refused = stage.socket.of('update')[1];
    stage.say({ type: 'refused', room: 7, seq: refused!.seq, reason: 'frozen' });
    await settle();
    expect(textOf(replica)).toBe('base independent ');
    expect(replica.doc.getText('notes').toJSON()).toBe('');
    const doc = new Doc();
    applyUpdate(doc, replica.drafts[0]!.state);
    expect(doc.getText('notes').toJSON()).toBe('refused and dependent');
    expect(doc.getText('body').toJSON()).toBe('base independent ');
    expect(replica.drafts).toMatchObject([{ reason: 'frozen' }]);
    await stage.admit('c');
    expect(stage.socket.of('update').at(-1)?.bytes).toEqual(kept?.bytes);
    expect(replica.state).toEqual({ kind: 'saving', pending: 1 });
    expect((await stage.store.peek('c')).unsent.map(({ changes }) => changes)).toEqual([1]);
  });

  it('[W42] refused edits are not sent again, nor after closing the browser', async () => {
    const stage = new ProviderStage({});
    const replica = await stage.openChapter('c', 'base');
    typeInto(replica, ' refused');
    stage.say({
      type: 'refused',
      room: 7,
      seq: stage.socket.of('update')[0]!.seq,
      reason: 'read-only',
    });
    await stage.admit('c', { access: { mode: 'read', reason: 'role' } });
    expect(replica.state).toMatchObject({ kind: 'read-only', pending: 0 });
    await stage.connection.close();
    const again = new ProviderStage({ disk: stage.disk, seed: 2 });
    const reopened = again.connection.open('c');
    await again.admit('c');
    expect(again.socket.of('update')).toEqual([]);
    expect(textOf(reopened)).toBe('base');
    expect(wordsOf(reopened.drafts[0]!.state)).toBe('base refused');
    await reopened.discardDraft(reopened.drafts[0]!.id);
    expect(reopened.drafts).toEqual([]);
    expect((await again.store.load('c'))?.drafts).toEqual([]);
  });

  it('[W42] what is typed while the text is replaced is in the draft', async () => {
    const stage = new ProviderStage({});
    const replica = await stage.openChapter('c', 'base');
    typeInto(replica, ' refused');
    stage.say({
      type: 'refused',
      room: 7,
      seq: stage.socket.of('update')[0]!.seq,
      reason: 'foreign',
    });
    typeInto(replica, ' meanwhile');
    await settle();
    expect(wordsOf(replica.drafts[0]!.state)).toBe('base refused meanwhile');
    expect(textOf(replica)).toBe('base');
  });

  it('[W54] an edit above the size of a frame is refused here, not by the server', async () => {
    const stage = new ProviderStage({});
    const replica = await stage.openChapter('c', 'base');
    typeInto(replica, 'x'.repeat(MAX_UPDATE_BYTES));
    await settle();
    expect(stage.socket.of('update')).toEqual([]);
    expect(replica.drafts).toMatchObject([{ reason: 'too-large' }]);
    expect(textOf(replica)).toBe('base');
    await stage.admit('c');
    typeInto(replica, ' goes on');
    expect(stage.socket.of('update')).toHaveLength(1);
  });

  it('[W55] a full disk of the server refuses nothing: edits wait, and go out when it has room', async () => {
    const stage = new ProviderStage({});
    const replica = await stage.openChapter('c', 'base');
    typeInto(replica, ' typed');
    const { seq } = stage.socket.of('update')[0]!;
    stage.say({ type: 'refused', room: 7, seq, reason: 'storage-full' });
    expect(replica.state).toEqual({
      kind: 'read-only',
      access: { mode: 'read', reason: 'storage-full' },
      pending: 1,
    });
    await settle();
    expect(replica.drafts).toEqual([]);
    expect(textOf(replica)).toBe('base typed');
    stage.say({ type: 'access', room: 7, access: { mode: 'write' } });
    expect(stage.socket.of('update')).toHaveLength(2);
    expect(replica.state).toEqual({ kind: 'saving', pending: 1 });
  });

  it('[W55] when the server says nothing more, the chapter is opened again', async () => {
    const stage = new ProviderStage({});
    const replica = await stage.openChapter('c', 'base');
    typeInto(replica, ' typed');
    const { seq } = stage.socket.of('update')[0]!;
    stage.say({ type: 'refused', room: 7, seq, reason: 'storage-full' });
    await stage.clock.advance(STORAGE_FULL_RETRY_MS);
    await stage.admit('c');
    expect(stage.socket.of('update')).toHaveLength(2);
    expect(replica.state).toEqual({ kind: 'saving', pending: 1 });
  });
});

describe('rights', () => {
  it('[W44] read only: nothing is sent, pending edits are kept and counted, and go out when allowed', async () => {
    const stage = new ProviderStage({});
    const replica = await stage.openChapter('c', 'base');
    stage.socket.cut();
    typeInto(replica, ' typed');
    await stage.clock.advance(LONGEST_DELAY_MS);
    const access = { mode: 'read', reason: 'frozen' } as const;
    await stage.admit('c', { access });
    expect(replica.state).toEqual({ kind: 'read-only', access, pending: 1 });
    expect(replica.access).toEqual(access);
    expect(stage.socket.of('update')).toEqual([]);
    expect((await stage.store.peek('c')).unsent).toHaveLength(1);
    stage.say({ type: 'access', room: 7, access: { mode: 'write' } });
    expect(stage.socket.of('update')).toHaveLength(1);
  });

  it('[W43] losing the chapter makes unsent edits a draft and empties the local copy', async () => {
    const codes = [CLOSE_CODES.forbidden.code, CLOSE_CODES.unknownChapter.code];
    for (const code of codes) {
      const stage = new ProviderStage({});
      const replica = await stage.openChapter('c', 'secret ');
      stage.socket.cut();
      typeInto(replica, 'mine');
      await stage.clock.advance(LONGEST_DELAY_MS);
      stage.socket.accept();
      const { ref } = stage.socket.of('open')[0]!;
      stage.say({ type: 'closed', ref, room: 0, code });
      await settle();
      expect(replica.state).toEqual({ kind: 'closed', code, pending: 0 });
      expect(replica.drafts).toMatchObject([{ reason: 'access-lost' }]);
      expect(wordsOf(replica.drafts[0]!.state)).toBe('secret mine');
      expect(textOf(replica)).toBe('');
      await stage.clock.advance(10 * LONGEST_DELAY_MS);
      stage.socket.accept();
      expect(stage.server.sockets.flatMap((socket) => socket.of('open'))).toHaveLength(2);
      expect(await stage.store.load('c')).toMatchObject({ base: null, unsent: [], generation: '' });
    }
  });

  it('[W43] losing it while it is open does the same', async () => {
    const stage = new ProviderStage({});
    const replica = await stage.openChapter('c', 'secret');
    stage.say({ type: 'access', room: 7, access: { mode: 'none' } });
    await settle();
    expect(replica.state).toEqual({ kind: 'closed', code: 4403, pending: 0 });
    expect(replica.drafts).toEqual([]);
    await stage.connection.close();
    expect((await stage.disk.open().load('c'))?.base ?? null).toBeNull();
  });
});

describe('presence', () => {
  function presenceOf(bytes: Uint8Array): Record<string, unknown>[] {
    const awareness = new Awareness(new Doc());
    awareness.setLocalState(null);
    applyAwarenessUpdate(awareness, bytes, null);
    const states = [...awareness.getStates().values()];
    awareness.destroy();
    return states;
  }

  it('[W45] goes out at most every 100 ms, the last state last', async () => {
    const stage = new ProviderStage({});
    const replica = await stage.openChapter();
    await stage.clock.advance(PRESENCE_INTERVAL_MS);
    const before = stage.socket.of('presence').length;
    for (let at = 0; at < 50; at += 1) {
      replica.awareness.setLocalStateField('cursor', at);
      await stage.clock.advance(10);
    }
    await stage.clock.advance(PRESENCE_INTERVAL_MS);
    const sent = stage.socket.of('presence').slice(before);
    expect(sent.length).toBeLessThanOrEqual(6);
    expect(presenceOf(sent.at(-1)!.bytes)).toEqual([{ cursor: 49 }]);
  });

  it('[W45] others are not visible while offline, and visible again with the clock they had', async () => {
    const stage = new ProviderStage({});
    const replica = await stage.openChapter();
    const other = new Awareness(new Doc());
    other.setLocalState({ cursor: 1 });
    const bytes = encodeAwarenessUpdate(other, [other.clientID]);
    stage.say({ type: 'presence', room: 7, bytes });
    expect(replica.awareness.getStates().get(other.clientID)).toEqual({ cursor: 1 });
    stage.socket.cut();
    expect(replica.awareness.getStates().has(other.clientID)).toBe(false);
    await stage.clock.advance(LONGEST_DELAY_MS);
    await stage.admit('c');
    stage.say({ type: 'presence', room: 7, bytes });
    expect(replica.awareness.getStates().get(other.clientID)).toEqual({ cursor: 1 });
    other.destroy();
  });

  it('[W45] one’s own presence comes back after a cut with a higher clock', async () => {
    const stage = new ProviderStage({});
    const replica = await stage.openChapter();
    replica.awareness.setLocalStateField('cursor', 1);
    await stage.clock.advance(PRESENCE_INTERVAL_MS);
    const clockOf = () => replica.awareness.meta.get(replica.awareness.clientID)?.clock ?? -1;
    const before = clockOf();
    stage.socket.cut();
    await stage.clock.advance(LONGEST_DELAY_MS);
    await stage.admit('c');
    expect(clockOf()).toBeGreaterThan(before);
    expect(presenceOf(stage.socket.of('presence').at(-1)!.bytes)).toEqual([{ cursor: 1 }]);
  });

  it('[W45] presence that cannot be read is passed over', async () => {
    const stage = new ProviderStage({});
    const replica = await stage.openChapter();
    stage.say({ type: 'presence', room: 7, bytes: new Uint8Array([1, 5, 1, 3, 1, 2, 3]) });
    expect(replica.state).toEqual({ kind: 'saved' });
  });

  it('[W45] moves to the new document when the text is replaced', async () => {
    const stage = new ProviderStage({});
    const replica = await stage.openChapter('c', 'old');
    replica.awareness.setLocalStateField('cursor', 4);
    stage.say({ type: 'stale', ref: stage.socket.of('open')[0]!.ref, generation: 'generation-2' });
    await settle();
    expect(replica.awareness.doc).toBe(replica.doc);
    expect(replica.awareness.getLocalState()).toEqual({ cursor: 4 });
  });
});

describe('several pages of one person', () => {
  it('[W53] a page does not say saved while another has unsent edits', async () => {
    const disk = new MemoryDisk({ durable: true });
    const one = new ProviderStage({ disk, seed: 1 });
    const two = new ProviderStage({ disk, seed: 2 });
    const mine = await one.openChapter('c', 'text');
    await one.clock.advance(WRITE_DELAY_MS);
    const theirs = await two.openChapter('c');
    expect(theirs.state).toEqual({ kind: 'saved' });
    typeInto(mine, 'a');
    await settle();
    expect(theirs.state).toEqual({ kind: 'saving', pending: 1 });
    one.say({ type: 'ack', room: 7, seq: one.socket.of('update')[0]!.seq, position: 2 });
    await one.clock.advance(WRITE_DELAY_MS);
    await two.clock.advance(LOOK_INTERVAL_MS);
    expect(theirs.state).toEqual({ kind: 'saved' });
    expect(two.socket.of('update')).toEqual([]);
  });

  it('[W53] edits that a page left behind are taken over by another, and both agree', async () => {
    const disk = new MemoryDisk({ durable: true });
    const one = new ProviderStage({ disk, seed: 1 });
    const two = new ProviderStage({ disk, seed: 2 });
    const mine = await one.openChapter('c', 'text');
    await one.clock.advance(WRITE_DELAY_MS);
    const theirs = await two.openChapter('c');
    one.socket.cut();
    typeInto(mine, ' left');
    await settle();
    await one.connection.close();
    expect(theirs.state).toEqual({ kind: 'saving', pending: 1 });
    await two.clock.advance(ADOPT_AFTER_MS);
    expect(textOf(theirs)).toBe('text left');
    const [update] = two.socket.of('update');
    two.say({ type: 'ack', room: 7, seq: update!.seq, position: 2 });
    await two.clock.advance(WRITE_DELAY_MS);
    expect(theirs.state).toEqual({ kind: 'saved' });
    expect((await disk.open().load('c'))?.unsent).toEqual([]);
  });

  it('[W53] a page whose history another page has replaced sets its edits aside by itself', async () => {
    const disk = new MemoryDisk({ durable: true });
    const one = new ProviderStage({ disk, seed: 1 });
    const two = new ProviderStage({ disk, seed: 2 });
    const mine = await one.openChapter('c', 'old');
    await one.clock.advance(WRITE_DELAY_MS);
    await two.openChapter('c');
    one.socket.cut();
    typeInto(mine, ' words');
    await settle();
    two.say({ type: 'stale', ref: two.socket.of('open')[0]!.ref, generation: 'generation-2' });
    await settle();
    await settle();
    expect(textOf(mine)).toBe('');
    expect(mine.drafts.some(({ state }) => wordsOf(state) === 'old words')).toBe(true);
    expect((await disk.open().load('c'))?.unsent).toEqual([]);
  });

  it('[W41] edits of a history that has gone, left by a page that crashed, become a draft', async () => {
    const disk = new MemoryDisk({ durable: true });
    const store = disk.open();
    await store.replace('c', { generation: 'new', keys: [], draft: null });
    await store.addUnsent('c', { generation: 'old', bytes: updateWith('no'), changes: 3 });
    const stage = new ProviderStage({ disk });
    const replica = stage.connection.open('c');
    await stage.clock.advance(ADOPT_AFTER_MS);
    expect(replica.drafts.map(({ state }) => wordsOf(state))).toEqual(['no']);
    expect((await store.load('c'))?.unsent).toEqual([]);
    expect(textOf(replica)).toBe('');
  });
});
