import type { SaveState } from '@plenary/provider';
import { describe, expect, it } from 'vitest';
import { summarise } from './save-summary.ts';

const SAVED: SaveState = { kind: 'saved' };
const FROZEN: SaveState = {
  kind: 'read-only',
  access: { mode: 'read', reason: 'frozen' },
  pending: 0,
};

describe('the state of saving of a report', () => {
  it('is opening before any chapter has answered', () => {
    expect(summarise([])).toEqual({ kind: 'opening' });
    expect(summarise([SAVED, { kind: 'loading' }])).toEqual({ kind: 'opening' });
    expect(summarise([SAVED, { kind: 'saving', pending: 0 }])).toEqual({ kind: 'opening' });
  });

  it('is saved only when every chapter is', () => {
    expect(summarise([SAVED, SAVED])).toEqual({ kind: 'saved' });
    expect(summarise([SAVED, { kind: 'saving', pending: 2 }])).toEqual({
      kind: 'saving',
      pending: 2,
    });
  });

  it('counts the unsent changes of all chapters when one is offline', () => {
    const offline: SaveState = { kind: 'offline', pending: 14, keptLocally: true };
    expect(summarise([SAVED, offline, { kind: 'saving', pending: 1 }])).toEqual({
      kind: 'offline',
      pending: 15,
      keptLocally: true,
    });
  });

  it('says that changes are not kept when those of one chapter are not', () => {
    const kept: SaveState = { kind: 'offline', pending: 1, keptLocally: true };
    const lost: SaveState = { kind: 'offline', pending: 1, keptLocally: false };
    const nothing: SaveState = { kind: 'offline', pending: 0, keptLocally: false };
    expect(summarise([kept, lost])).toMatchObject({ pending: 2, keptLocally: false });
    expect(summarise([kept, nothing])).toMatchObject({ pending: 1, keptLocally: true });
  });

  it('is blocked, not saved, while changes wait in a chapter that cannot be written', () => {
    expect(summarise([SAVED, { ...FROZEN, pending: 3 }])).toEqual({ kind: 'blocked', pending: 3 });
    expect(summarise([{ kind: 'closed', code: 4403, pending: 1 }])).toEqual({
      kind: 'blocked',
      pending: 1,
    });
  });

  it('is read-only only when no chapter can be written', () => {
    expect(summarise([SAVED, FROZEN])).toEqual({ kind: 'saved' });
    expect(summarise([FROZEN, FROZEN])).toEqual({ kind: 'read-only', reason: 'frozen' });
  });

  it('is closed when the server opens no chapter', () => {
    expect(summarise([{ kind: 'closed', code: 4404, pending: 0 }])).toEqual({ kind: 'closed' });
  });
});
