import { setTimeout as wait } from 'node:timers/promises';
import { stockProvider } from '@plenary/testing';
import { Doc } from 'yjs';
import { ROOT } from '../typist.ts';
import type { FaultNode, FaultStand } from './fault-stand.ts';

/** Something that goes wrong for a while, and is put right again. */
export interface Disturbance {
  readonly name: string;
  /** Whether the node's clients lose their connections by it. */
  readonly endsNode: boolean;
  /** Goes wrong for so long, and is put right when this resolves. */
  happen(stand: FaultStand, node: FaultNode, ms: number): Promise<void>;
}

/** Each in turn befalls one node, or what all of them share. */
export const DISTURBANCES: readonly Disturbance[] = [
  {
    name: 'Redis is killed and started again',
    endsNode: false,
    async happen({ redis }, _node, ms) {
      await redis.kill();
      await wait(ms);
      await redis.start();
    },
  },
  {
    name: 'Redis forgets everything',
    endsNode: false,
    async happen({ redis }, _node, ms) {
      for (let round = 0; round < 4; round += 1) {
        await redis.flush();
        await wait(ms / 4);
      }
    },
  },
  {
    name: 'Redis answers nobody',
    endsNode: false,
    async happen({ redis }, _node, ms) {
      redis.freeze();
      await wait(ms);
      redis.thaw();
    },
  },
  {
    name: 'a node is parted from Redis',
    endsNode: false,
    async happen(_stand, { redis }, ms) {
      redis.partition();
      await wait(ms);
      redis.mend();
    },
  },
  {
    name: 'news to and from a node is lost',
    endsNode: false,
    async happen(_stand, { redis }, ms) {
      redis.partition();
      await wait(ms);
      // What waited goes with the connections.
      redis.cut();
      redis.mend();
    },
  },
  {
    name: 'news to and from a node is late',
    endsNode: false,
    async happen(_stand, { redis }, ms) {
      redis.delayMs = 300;
      await wait(ms);
      redis.delayMs = 0;
    },
  },
  {
    name: 'another room is poisoned',
    endsNode: false,
    async happen(stand, { url }, ms) {
      const doc = new Doc();
      const chapterId = await stand.newChapter();
      const collab = `${url.replace('http', 'ws')}/collab`;
      const inside = stockProvider({ url: collab, chapterId, doc, token: stand.tokens[0]! });
      const type = (): void => doc.getText(ROOT).insert(0, 'a room of its own ');
      await wait(ms / 3);
      type();
      await stand.poison(chapterId);
      // The row is met by whoever writes next.
      type();
      await wait((ms * 2) / 3);
      inside.destroy();
      doc.destroy();
    },
  },
  {
    name: 'a node is killed',
    endsNode: true,
    async happen(_stand, { victim }, ms) {
      await victim.kill();
      await wait(ms);
      await victim.start();
    },
  },
  {
    name: 'a node is drained and started again',
    endsNode: true,
    async happen(_stand, { victim }) {
      await victim.stop();
      await victim.start();
    },
  },
];
