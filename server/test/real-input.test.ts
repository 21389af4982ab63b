import { loadTrace, mulberry32, type TracePatch } from '@plenary/testing';
import { expect, it, onTestFinished } from 'vitest';
import { createChapter, createClient } from './operator-client.ts';
import { startServerProcess, temporaryFolder } from './server-process.ts';
import { openStockClient, expectText } from './stock-client.ts';

/** Seed of the cuts; a failure is reproduced with it. */
const SEED = 259_778;

/** Recorded transactions sent as one: whole, the trace takes its author's three days. */
const TRANSACTIONS_AT_ONCE = 100;

/** Pause between what is typed at once. */
const TYPING_PAUSE_MS = 2;

/** A socket lives for so many frames on average. */
const MEAN_FRAMES = 40;

const trace = loadTrace('automerge-paper');

it.skipIf(trace === null)(
  `[R1] the 259,778 edits of a paper arrive whole though sockets are cut at random (seed ${SEED})`,
  { timeout: 240_000 },
  async () => {
    const { transactions, endContent } = trace!;
    const options = { dataDir: temporaryFolder(), env: { LIMITS: 'off' } };
    const server = await startServerProcess(options);
    const ana = await createClient(server, options, 'Ana');
    const { token } = ana;
    const chapterId = await createChapter(ana);
    const writer = openStockClient(server, chapterId, {
      token,
      cuts: { random: mulberry32(SEED), meanFrames: MEAN_FRAMES },
    });
    onTestFinished(() => writer.destroy());

    const body = writer.doc.getText('body');
    for (let start = 0; start < transactions.length; start += TRANSACTIONS_AT_ONCE) {
      writer.doc.transact(() => {
        for (const patches of transactions.slice(start, start + TRANSACTIONS_AT_ONCE)) {
          for (const patch of patches) apply(patch);
        }
      });
      // Typing keeps a pace, so that it happens while sockets are open, cut and opened again.
      await new Promise((resolve) => setTimeout(resolve, TYPING_PAUSE_MS));
    }
    expect(body.toJSON()).toBe(endContent);
    expect(writer.cuts()).toBeGreaterThan(20);
    writer.stopCutting();

    await expectText(server, chapterId, { token, timeout: 120_000 }).toBe(endContent);

    function apply([position, deleted, inserted]: TracePatch): void {
      if (deleted > 0) body.delete(position, deleted);
      if (inserted !== '') body.insert(position, inserted);
    }
  },
);
