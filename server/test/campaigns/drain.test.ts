import { describe, expect, it } from 'vitest';
import { runDrain } from './drain/drain-campaign.ts';
import { startFaultStand } from './faults/fault-stand.ts';

/** `npm run test:drain` has 1,500 and says how long they waited. */
const CLIENTS = 40;

describe('a rolling restart', { timeout: 300_000 }, () => {
  it(`[R12.2] costs ${CLIENTS} stock clients behind a balancer a pause and no edit`, async () => {
    const stand = await startFaultStand(2);
    try {
      const options = { stand, clients: CLIENTS, clientsPerChapter: 20, betweenMs: 300 };
      const report = await runDrain(options);
      expect(report.faults).toEqual([]);
      // Half of them once and all of them once more, at the least.
      expect(report.pauses.length).toBeGreaterThanOrEqual(CLIENTS);
    } finally {
      await stand.close();
    }
  });
});
