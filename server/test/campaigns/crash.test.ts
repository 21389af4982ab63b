import { loadTrace } from '@plenary/testing';
import { describe, expect, it } from 'vitest';
import { runCrashCampaign } from './crash/crash-campaign.ts';
import { embeddedStand } from './crash/embedded-stand.ts';

/** `npm run test:crash` is the long one. */
const SEED = 20_261_121;
const trace = loadTrace('sveltecomponent');

describe.runIf(trace !== null)('a server that is killed', { timeout: 180_000 }, () => {
  it(`[R1] [R14] keeps all it has shown and called saved, seed ${SEED}`, async () => {
    const report = await runCrashCampaign({
      stand: embeddedStand(),
      trace: trace!,
      seed: SEED,
      kills: 6,
    });
    expect(report.faults).toEqual([]);
    expect(report.promised).toBeGreaterThan(100);
  });
});
