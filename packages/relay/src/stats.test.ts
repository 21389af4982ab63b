import { RelayStage, anUpdate } from '@plenary/testing';
import { expect, it } from 'vitest';
import type { RelayMetrics } from './room-ports.ts';

it('[R9.7] what is refused and ended is counted by reason', async () => {
  const stage = new RelayStage();
  stage.authority.set('ana', { mode: 'read', reason: 'frozen' });
  const ana = stage.plenary('ana');
  ana.open(stage.chapterId);
  ana.open('no-such-chapter', { ref: 2 });
  const ben = stage.stock('ben');
  await stage.settle();
  const { room } = ana.last('opened');
  ana.send({ type: 'update', room, seq: 1, bytes: anUpdate('x') });
  ben.send(new Uint8Array([99, 99]));
  await stage.settle();
  const { refused, ended } = stage.relay.stats();
  expect(refused).toMatchObject({ frozen: 1, foreign: 0 });
  expect(ended).toMatchObject({ malformed: 1, unknownChapter: 1, tooLarge: 0 });
});

it('[R9.7] flushes, catching up and lag are told to whoever watches', async () => {
  const told = { commits: 0, flushes: [] as object[], catchUps: [] as number[] };
  const metrics: RelayMetrics = {
    observeCommit: () => {
      told.commits += 1;
    },
    observeFlush: (flush) => told.flushes.push(flush),
    observeCatchUp: (ms) => told.catchUps.push(ms),
  };
  const stage = new RelayStage({}, undefined, { metrics });
  const ana = stage.stock('ana');
  await stage.settle();
  ana.insert(0, 'hello');
  await stage.settle();
  expect(told).toMatchObject({ commits: 1, flushes: [{ rows: 1 }], catchUps: [] });
  const row = { personId: 'zoe', via: 'token' as const, bytes: anUpdate('y'), newClients: [] };
  const head = stage.log.appendElsewhere(stage.chapterId, row);
  stage.log.hold();
  stage.relay.poke(stage.chapterId, head);
  await stage.clock.advance(300);
  expect(stage.relay.stats().logLagRows).toBe(1);
  stage.log.release();
  await stage.settle();
  expect(stage.relay.stats().logLagRows).toBe(0);
  expect(told.catchUps).toEqual([300]);
});
