import { FakeClock, ScriptedServer } from '@plenary/testing';
import { describe, expect, it } from 'vitest';
import { withFallback } from './fallback-socket.ts';
import type { WebSocketLike } from './types.ts';

function stage() {
  const clock = new FakeClock();
  const first = new ScriptedServer();
  const second = new ScriptedServer();
  const open = withFallback({ first: first.openSocket, second: second.openSocket, clock });
  const closed: number[] = [];
  const attempt = (): WebSocketLike => {
    const socket = open('ws://host/collab/', 'plenary.v1');
    socket.onclose = ({ code }) => void closed.push(code);
    return socket;
  };
  /** Attempts that fail, and which way each took. */
  const failing = (count: number): string[] =>
    Array.from({ length: count }, () => {
      const before = first.sockets.length;
      attempt();
      const way = first.sockets.length > before ? 'first' : 'second';
      (way === 'first' ? first : second).latest.cut();
      return way;
    });
  return { clock, first, second, attempt, failing, closed };
}

describe('two ways to a server', () => {
  it('[W65] the second is taken once after 3 attempts that did not open, and again after 3 more', () => {
    const { failing } = stage();
    const round = ['first', 'first', 'first', 'second'];
    expect(failing(8)).toEqual([...round, ...round]);
  });

  it('[W65] after 8 where the first has opened before', () => {
    const { failing, attempt, first } = stage();
    attempt();
    first.latest.accept();
    first.latest.cut();
    expect(failing(9)).toEqual([...Array.from({ length: 8 }, () => 'first'), 'second']);
  });

  it('[W65] an attempt that hangs and is given up counts, and one that throws', () => {
    const { attempt, second } = stage();
    for (let i = 0; i < 3; i += 1) attempt().close();
    attempt();
    expect(second.sockets).toHaveLength(1);

    const clock = new FakeClock();
    const refusing = () => {
      throw new Error('refused');
    };
    const open = withFallback({ first: refusing, second: second.openSocket, clock });
    for (let i = 0; i < 3; i += 1) expect(() => open('ws://host/', 'p')).toThrow('refused');
    open('ws://host/', 'p');
    expect(second.sockets).toHaveLength(2);
  });

  it('[W65] while the first stays refused the second is kept, also for the next connection', async () => {
    const { clock, first, second, attempt, failing, closed } = stage();
    failing(3);
    attempt();
    second.latest.accept();
    for (const wait of [1_000, 5_000, 60_000, 300_000, 300_000]) {
      const before = first.sockets.length;
      await clock.advance(wait);
      expect(first.sockets).toHaveLength(before + 1);
      first.latest.cut();
    }
    expect(closed).toHaveLength(3);
    second.latest.cut();
    expect(clock.pending).toBe(0);
    expect(failing(1)).toEqual(['second']);
  });

  it('[W65] the first is taken again as soon as it opens', async () => {
    const { clock, first, second, attempt, failing, closed } = stage();
    failing(3);
    attempt();
    second.latest.accept();
    await clock.advance(1_000);
    first.latest.accept();
    expect(first.latest.closedByClient).toBe(1000);
    expect(second.latest.closedByClient).toBe(4000);
    expect(closed.at(-1)).toBe(4000);
    expect(closed).toHaveLength(4);
    expect(failing(3)).toEqual(['first', 'first', 'first']);
    expect(clock.pending).toBe(0);
  });

  it('[W65] a look that gets no answer ends, and the connection goes on', async () => {
    const { clock, second, first, attempt, failing, closed } = stage();
    failing(3);
    const socket = attempt();
    second.latest.accept();
    await clock.advance(11_000);
    expect(first.latest.closedByClient).toBe(1000);
    first.latest.accept();
    expect(closed).toHaveLength(3);
    socket.close(1000);
    expect(clock.pending).toBe(0);
  });
});
