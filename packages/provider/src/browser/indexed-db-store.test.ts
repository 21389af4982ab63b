import 'fake-indexeddb/auto';
import { describeLocalStoreContract } from '@plenary/testing';
import { deleteDB, openDB } from 'idb';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { OPEN_DEADLINE_MS, openIndexedDbStore } from './indexed-db-store.ts';

let people = 0;

describeLocalStoreContract('IndexedDB', () => {
  people += 1;
  const personId = `person-${people}`;
  return Promise.resolve({
    open: () => openIndexedDbStore({ personId }),
    dispose: () => deleteDB(`plenary-copies-${personId}`),
  });
});

describe('openIndexedDbStore', () => {
  afterEach(() => {
    vi.restoreAllMocks();
  });

  it('[W56] one person’s copies are not another’s', async () => {
    const ana = await openIndexedDbStore({ personId: 'ana' });
    const ben = await openIndexedDbStore({ personId: 'ben' });
    await ana.addUnsent('c', { generation: 'g', bytes: new Uint8Array([0, 0]), changes: 1 });
    expect(await ben.load('c')).toBeNull();
    await ana.close();
    await ben.close();
  });

  it('[W40] an edit is written with strict durability', async () => {
    const store = await openIndexedDbStore({ personId: 'strict' });
    const transaction = vi.spyOn(IDBDatabase.prototype, 'transaction');
    await store.addUnsent('c', { generation: 'g', bytes: new Uint8Array([0, 0]), changes: 1 });
    expect(transaction.mock.calls.at(-1)?.[2]).toEqual({ durability: 'strict' });
    await store.close();
  });

  it('[W40] a write that the browser refuses rejects, and nothing of it is kept', async () => {
    const store = await openIndexedDbStore({ personId: 'full' });
    vi.spyOn(IDBObjectStore.prototype, 'add').mockImplementation(() => {
      throw new DOMException('no room', 'QuotaExceededError');
    });
    const edit = { generation: 'g', bytes: new Uint8Array([0, 0]), changes: 1 };
    await expect(store.addUnsent('c', edit)).rejects.toThrow('no room');
    vi.restoreAllMocks();
    expect((await store.peek('c')).unsent).toEqual([]);
    await store.close();
  });

  it('[W40] a write committed while the store is being closed is kept, and says so', async () => {
    const store = await openIndexedDbStore({ personId: 'leaving' });
    const edit = { generation: 'g', bytes: new Uint8Array([0, 0]), changes: 1 };
    const writing = store.addUnsent('c', edit);
    await store.close();
    const key = await writing;
    const again = await openIndexedDbStore({ personId: 'leaving' });
    expect((await again.peek('c')).unsent.map((kept) => kept.key)).toEqual([key]);
    await again.close();
  });

  it('rejects when the browser does not answer, and lets go of what opens too late', async () => {
    const name = 'plenary-copies-slow';
    // Whoever deletes a database waits for those who have it open, and whoever opens it waits for them.
    const holder = await openDB(name, 1);
    const deleting = deleteDB(name);
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const refused = expect(openIndexedDbStore({ personId: 'slow' })).rejects.toThrow('not open');
    await vi.advanceTimersByTimeAsync(OPEN_DEADLINE_MS);
    await refused;
    vi.useRealTimers();
    holder.close();
    await deleting;
    await deleteDB(name);
    expect(await indexedDB.databases()).not.toContainEqual(expect.objectContaining({ name }));
  });

  it('rejects when the browser keeps nothing', async () => {
    vi.spyOn(IDBFactory.prototype, 'open').mockImplementation(() => {
      throw new DOMException('storage is off', 'SecurityError');
    });
    await expect(openIndexedDbStore({ personId: 'none' })).rejects.toThrow('storage is off');
  });
});
