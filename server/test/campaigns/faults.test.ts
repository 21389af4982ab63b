import { loadTrace } from '@plenary/testing';
import { describe, expect, it } from 'vitest';
import { DISTURBANCES } from './faults/disturbance.ts';
import { runFaultCampaign } from './faults/fault-campaign.ts';
import { startFaultStand } from './faults/fault-stand.ts';

/** `npm run test:faults` is the long one; it also says how fast they heal. */
const SEED = 20_261_121;
/** On a machine that does much else; speed is for the long one. */
const PATIENCE_MS = 20_000;
const trace = loadTrace('sveltecomponent');

describe.runIf(trace !== null)('three nodes that are disturbed', { timeout: 600_000 }, () => {
  it(`[R9] [R13] come to one text without anybody connecting again, seed ${SEED}`, async () => {
    const stand = await startFaultStand();
    try {
      const options = {
        stand,
        trace: trace!,
        seed: SEED,
        runs: DISTURBANCES.length,
        withinMs: PATIENCE_MS,
      };
      const { disturbances, faults } = await runFaultCampaign(options);
      expect(faults).toEqual([]);
      expect(disturbances.every(({ runs }) => runs > 0)).toBe(true);
    } finally {
      await stand.close();
    }
  });
});
