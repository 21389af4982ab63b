import { encodeClientMessage } from '@plenary/protocol';
import { FakeSocket, RelayStage, anIdentity } from '@plenary/testing';
import { decodeServerMessage } from '@plenary/protocol';
import { expect, it } from 'vitest';
import { decodePresence, encodePresence } from './presence-codec.ts';

/** Members of the room, and seconds for which each of them moves once a second. */
const MEMBERS = 1_500;
const SECONDS = 12;

it('[R8.10] in a room of 1,500 nobody’s presence is older than 5 s, in four frames a second', async () => {
  const { stage, sockets, show } = await crowd(MEMBERS);
  const watcher = sockets[0]!;
  const startedAt = stage.clock.now();
  const seen = new Map<number, number>();
  let oldestMs = 0;
  let read = watcher.frames.length;
  const first = read;
  for (let step = 0; step < SECONDS * 10; step += 1) {
    for (let i = step % 10; i < MEMBERS; i += 10) show(i);
    await stage.clock.advance(100);
    for (; read < watcher.frames.length; read += 1) {
      for (const { client, state } of presenceIn(watcher.frames[read]!))
        seen.set(client, atOf(state));
    }
    if (stage.clock.now() - startedAt < 5_000) continue;
    for (const at of seen.values()) oldestMs = Math.max(oldestMs, stage.clock.now() - at);
  }
  expect(seen.size).toBe(MEMBERS);
  expect(oldestMs).toBeLessThanOrEqual(5_000);
  expect((read - first) / SECONDS).toBeLessThanOrEqual(4);
});

it('[R8.10] in a small room it is there within a tenth of a second', async () => {
  const { stage, sockets, show } = await crowd(100);
  const watcher = sockets[0]!;
  const read = watcher.frames.length;
  show(7);
  const shownAt = stage.clock.now();
  await stage.clock.advance(100);
  const states = watcher.frames.slice(read).flatMap(presenceIn);
  expect(states.map(({ state }) => atOf(state))).toEqual([shownAt]);
});

/** A room full of clients of our own; `show` lets one of them show the time. */
async function crowd(count: number) {
  const stage = new RelayStage();
  const sockets = Array.from({ length: count }, () => new FakeSocket());
  const inbounds = sockets.map((socket, i) => {
    const inbound = stage.relay.connectMultiplexed({ socket, identity: anIdentity(`p${i}`) });
    const fresh = { ref: 1, schemaVersion: 1, generation: '', position: 0 };
    inbound.message(
      encodeClientMessage({ type: 'open', chapterId: stage.chapterId, ...fresh }),
      true,
    );
    return inbound;
  });
  await stage.settle();
  const room = 1;
  const show = (i: number) => {
    const at = stage.clock.now();
    const entry = { client: 1_000 + i, clock: at, state: JSON.stringify({ at }) };
    const bytes = encodePresence([entry]);
    inbounds[i]!.message(encodeClientMessage({ type: 'presence', room, bytes }), true);
  };
  for (let i = 0; i < count; i += 1) show(i);
  await stage.clock.advance(5_000);
  return { stage, sockets, show };
}

function presenceIn(frame: Uint8Array) {
  const message = decodeServerMessage(frame);
  return message.type === 'presence' ? decodePresence(message.bytes) : [];
}

function atOf(state: string): number {
  return (JSON.parse(state) as { at: number }).at;
}
