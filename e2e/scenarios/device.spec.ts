import type { Actor } from '../fixtures/actor.ts';
import { newcomer, signIn, welcome } from '../fixtures/newcomer.ts';
import { PlenaryServer } from '../fixtures/plenary-server.ts';
import { expect, scenarioOn, test } from '../fixtures/scenario.ts';
import { SharedBrowser } from '../fixtures/shared-browser.ts';
import { storedLines } from '../fixtures/stored-report.ts';
import { ReportPage } from '../pages/report-page.ts';

test('what could not be sent before the browser was closed arrives from its next visit, and from nobody else’s', async ({
  browser,
  launchOptions,
}) => {
  test.setTimeout(240_000);
  const server = await PlenaryServer.create();
  const laptop = await SharedBrowser.create(launchOptions, server.url);
  const actors: Actor[] = [];
  try {
    const scenario = scenarioOn(browser, server, actors);
    const chair = await scenario.person('Ana');
    const report = await scenario.report(chair, ['Log']);
    const [owner, borrower] = [newcomer(server, 'Björn'), newcomer(server, 'Chiyo')];
    for (const person of [owner, borrower]) await welcome(chair, report, person);
    const first = new ReportPage(await laptop.start());
    await signIn(first.page, owner);
    await first.open(report);
    await first.typeInto('Log', 'Left the harbour.');
    await expect(first.saving).toHaveText('Saved');

    // The server is gone, then the whole browser.
    await server.kill();
    await expect(first.saving).toContainText('Offline');
    await first.typeInto('Log', ' Lost the line.');
    await expect(first.saving).toContainText(/Offline, \d+ changes? kept here/);
    await laptop.close();
    await server.start();

    // Somebody else borrows the laptop before its owner is back.
    const borrowed = new ReportPage(await laptop.start());
    await signIn(borrowed.page, borrower);
    await borrowed.open(report);
    await expect.poll(() => borrowed.lines('Log')).toEqual(['Left the harbour.']);
    await borrowed.typeInto('Log', ' Fog.');
    await expect(borrowed.saving).toHaveText('Saved');
    await expect.poll(() => storedLines(chair, report, 'Log')).toEqual(['Left the harbour. Fog.']);
    await laptop.close();

    // Signed in again, the owner need not even open the report.
    const later = new ReportPage(await laptop.start());
    await signIn(later.page, owner);
    await expect
      .poll(async () => (await storedLines(chair, report, 'Log')).join('\n'))
      .toContain('Lost the line.');
    await later.open(report);
    const [line = ''] = await storedLines(chair, report, 'Log');
    expect(line).toContain('Fog.');
    await expect.poll(() => later.lines('Log')).toEqual([line]);
    await expect(later.saving).toHaveText('Saved');
  } finally {
    await laptop.remove();
    for (const actor of actors) await actor.context.close();
    await server.stop();
  }
});
