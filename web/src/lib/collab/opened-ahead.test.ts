import type { WebSocketLike } from '@plenary/provider';
import { describe, expect, it } from 'vitest';
import { openedAhead } from './opened-ahead.ts';

const URL = 'ws://own/collab/';

class FakeSocket implements WebSocketLike {
  binaryType = '';
  bufferedAmount = 0;
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: unknown }) => void) | null = null;
  onclose: ((event: { code: number; reason: string }) => void) | null = null;
  onerror: ((event: unknown) => void) | null = null;
  isClosed = false;
  send(): void {}
  close(): void {
    this.isClosed = true;
  }
}

function start(): { opened: FakeSocket[]; take: (url?: string) => FakeSocket } {
  const opened: FakeSocket[] = [];
  const open = (): FakeSocket => {
    const socket = new FakeSocket();
    opened.push(socket);
    return socket;
  };
  const factory = openedAhead(open, URL, 'p');
  return { opened, take: (url = URL) => factory(url, 'p') as FakeSocket };
}

describe('a socket opened ahead', () => {
  it('is opened at once and handed to the first who asks', () => {
    const { opened, take } = start();
    expect(opened).toHaveLength(1);
    expect(take()).toBe(opened[0]);
    expect(take()).toBe(opened[1]);
  });

  it('that is open already says so to whoever got it, once they listen', async () => {
    const { opened, take } = start();
    opened[0]?.onopen?.();
    const socket = take();
    let said = 0;
    socket.onopen = () => (said += 1);
    await Promise.resolve();
    expect(said).toBe(1);
  });

  it('that is not open yet says so when it is, and only then', async () => {
    const { opened, take } = start();
    const socket = take();
    let said = 0;
    socket.onopen = () => (said += 1);
    await Promise.resolve();
    expect(said).toBe(0);
    opened[0]?.onopen?.();
    expect(said).toBe(1);
  });

  it('that has failed is not handed out', () => {
    const { opened, take } = start();
    opened[0]?.onclose?.({ code: 1006, reason: '' });
    expect(take()).toBe(opened[1]);
  });

  it('is closed when somewhere else is asked for', () => {
    const { opened, take } = start();
    expect(take('ws://own/other/')).toBe(opened[1]);
    expect(opened[0]?.isClosed).toBe(true);
    expect(take()).toBe(opened[2]);
  });

  it('that cannot be made is made anew for whoever asks, who hears of the failure', () => {
    const factory = openedAhead(
      () => {
        throw new SyntaxError('no address');
      },
      URL,
      'p',
    );
    expect(() => factory(URL, 'p')).toThrow('no address');
  });
});
