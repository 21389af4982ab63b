import { loadTrace } from '@plenary/testing';
import { describe, expect, it } from 'vitest';
import { clusterStand } from './crash/cluster-stand.ts';
import { runCrashCampaign } from './crash/crash-campaign.ts';
import { embeddedStand } from './crash/embedded-stand.ts';

/** `npm run test:crash` is the long one. */
const SEED = 20_261_121;
const trace = loadTrace('sveltecomponent');

describe.runIf(trace !== null)('what is killed while people write', { timeout: 600_000 }, () => {
  it(`[R1] [R14] a server keeps all it has shown and called saved, seed ${SEED}`, async () => {
    const report = await runCrashCampaign({
      stand: embeddedStand(),
      trace: trace!,
      seed: SEED,
      kills: 6,
    });
    expect(report.faults).toEqual([]);
    expect(report.promised).toBeGreaterThan(100);
  });

  it(`[R1] [R13] nodes, PostgreSQL and Redis lose nothing together, seed ${SEED}`, async () => {
    const report = await runCrashCampaign({
      stand: await clusterStand(),
      trace: trace!,
      seed: SEED,
      kills: 6,
    });
    expect(report.faults).toEqual([]);
    expect(report.promised).toBeGreaterThan(100);
  });
});
