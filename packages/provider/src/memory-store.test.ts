import { describeLocalStoreContract } from '@plenary/testing';
import { expect, it } from 'vitest';
import { createMemoryStore, MemoryDisk } from './memory-store.ts';

describeLocalStoreContract('memory', () => {
  const disk = new MemoryDisk({ durable: true });
  return Promise.resolve({
    open: () => Promise.resolve(disk.open()),
    dispose: () => Promise.resolve(),
  });
});

it('[W50] a store in memory does not claim to survive closing the browser', () => {
  expect(createMemoryStore().durable).toBe(false);
});
