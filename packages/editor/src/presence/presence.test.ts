// @vitest-environment jsdom
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Awareness } from 'y-protocols/awareness';
import * as Y from 'yjs';
import { doc, p } from '../testing/build.ts';
import { peerDecorations } from './peer-decorations.ts';
import { peersOf } from './peers.ts';
import { Throttle } from './throttle.ts';

function withStates(states: Record<number, unknown>): Awareness {
  const awareness = new Awareness(new Y.Doc());
  for (const [client, state] of Object.entries(states)) {
    awareness.states.set(Number(client), state as Record<string, unknown>);
  }
  return awareness;
}

describe('peersOf', () => {
  it('leaves away oneself and whoever has no caret', () => {
    const awareness = withStates({
      1: { user: { name: 'Ana', color: '#112233' }, cursor: { anchor: 'a', head: 'h' } },
      2: { user: { name: 'Bo', color: '#112233' }, cursor: null },
      3: { cursor: { anchor: 'a', head: 'h' } },
    });
    awareness.setLocalState({ user: { name: 'Me' }, cursor: { anchor: 'a', head: 'h' } });
    expect(peersOf(awareness).map(({ name }) => name)).toEqual(['Ana']);
    awareness.destroy();
  });

  it('takes nothing for a name or colour that is none', () => {
    const awareness = withStates({
      1: { user: { name: 7, color: 'red;background:url(//x)' }, cursor: {} },
      2: { user: { name: 'x'.repeat(500), color: '#12345' }, cursor: {} },
      3: { user: 'Ana', cursor: 5 },
    });
    const peers = peersOf(awareness);
    expect(peers.map(({ name }) => name.length)).toEqual([0, 80]);
    expect(new Set(peers.map(({ color }) => color))).toEqual(new Set(['#5f6773']));
    awareness.destroy();
  });
});

describe('peerDecorations', () => {
  it('draws a caret and a selection, hidden from screen readers', () => {
    const page = doc(p('abc'));
    const peer = { clientId: 1, name: 'Ana', color: '#ffee00', anchor: 0, head: 0 };
    const set = peerDecorations(page, [{ ...peer, from: 1, to: 3, caret: 3 }]);
    expect(set.find()).toHaveLength(2);
    const [, caret] = set.find();
    expect(caret!.from).toBe(3);
  });
});

describe('Throttle', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('runs at the first request and once more for all that come within the interval', () => {
    const action = vi.fn();
    const throttle = new Throttle(action, 100);
    throttle.request();
    throttle.request();
    vi.advanceTimersByTime(0);
    expect(action).toHaveBeenCalledTimes(1);
    throttle.request();
    throttle.request();
    vi.advanceTimersByTime(99);
    expect(action).toHaveBeenCalledTimes(1);
    vi.advanceTimersByTime(1);
    expect(action).toHaveBeenCalledTimes(2);
    vi.advanceTimersByTime(1_000);
    expect(action).toHaveBeenCalledTimes(2);
  });

  it('waits with the first run as long as it is told to', () => {
    const action = vi.fn();
    const throttle = new Throttle(action, 100, { firstMs: 20 });
    throttle.request();
    vi.advanceTimersByTime(19);
    expect(action).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);
    expect(action).toHaveBeenCalledTimes(1);
    throttle.close();
  });

  it('runs no more once it is closed', () => {
    const action = vi.fn();
    const throttle = new Throttle(action, 100);
    throttle.request();
    throttle.close();
    throttle.request();
    vi.advanceTimersByTime(1_000);
    expect(action).not.toHaveBeenCalled();
  });
});
