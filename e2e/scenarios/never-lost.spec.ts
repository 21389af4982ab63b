import { PlenaryServer } from '../fixtures/plenary-server.ts';
import { expect, scenarioOn, test } from '../fixtures/scenario.ts';
import type { Actor } from '../fixtures/actor.ts';
import { ReportPage } from '../pages/report-page.ts';

test('everything two people type while the server is killed and started again arrives', async ({
  browser,
}) => {
  test.setTimeout(240_000);
  const server = await PlenaryServer.create();
  const actors: Actor[] = [];
  try {
    const scenario = scenarioOn(browser, server, actors);
    const chair = await scenario.person('Ana');
    const expert = await scenario.person('Björn');
    const report = await scenario.report(chair, ['Log']);
    await scenario.member(chair, report, expert, 'member');
    const pages = [new ReportPage(chair.page), new ReportPage(expert.page)] as const;
    for (const page of pages) await page.open(report);

    // Each has a line, as people do: letters of two people at one place may mingle.
    await pages[0].typeInto('Log', '\n');
    await expect(pages[1].text('Log').locator('p')).toHaveCount(2);
    await pages[0].page.keyboard.press('ArrowUp');

    const words = [0, 1].map((who) => Array.from({ length: 40 }, (_, i) => `w${who}x${i}`));
    await pages[1].typeInto('Log', '');
    const typing = pages.map(({ page }, who) =>
      page.keyboard.type(`${words[who]?.join(' ')} `, { delay: 25 }),
    );
    const shownAsSaved: string[] = [];
    for (let round = 0; round < 3; round += 1) {
      await expect(pages[0].text('Log')).toContainText(`w0x${round * 10 + 3}`);
      shownAsSaved.push(...(await savedWords(pages[0])));
      await server.kill();
      await server.start();
    }
    await Promise.all(typing);
    for (const page of pages) {
      await expect(page.saving).toHaveText('Saved', { timeout: 40_000 });
    }

    // A reader who was never there sees what the server kept, not what a browser remembers.
    const reader = await scenario.person('Chiyo');
    await scenario.member(chair, report, reader, 'observer');
    for (const actor of [chair, expert]) await actor.context.close();
    await server.kill();
    await server.start();
    const fresh = new ReportPage(reader.page);
    await fresh.open(report);
    for (const word of [...shownAsSaved, ...words.flat()]) {
      await expect(fresh.text('Log')).toContainText(word);
    }
  } finally {
    await server.stop();
    for (const actor of actors) await actor.context.close();
  }
});

/** Words on the screen at a moment when the page says that everything is saved. */
async function savedWords(page: ReportPage): Promise<string[]> {
  const before = (await page.text('Log').textContent()) ?? '';
  const state = await page.saving.textContent();
  return state?.trim() === 'Saved' ? (before.match(/w\dx\d+(?= )/g) ?? []) : [];
}

test('what is typed offline is counted, survives closing the browser, and arrives the next time', async ({
  scenario,
}) => {
  const chair = await scenario.person('Ana');
  const report = await scenario.report(chair, ['Train']);
  const page = new ReportPage(chair.page);
  await page.open(report);
  await page.typeInto('Train', 'Before the tunnel. ');
  await expect(page.saving).toHaveText('Saved');

  await chair.context.setOffline(true);
  await page.typeInto('Train', 'Inside.');
  await expect(page.saving).toContainText(/Offline, \d+ changes? kept here/);
  await page.page.close();
  await chair.context.setOffline(false);

  const later = new ReportPage(await chair.context.newPage());
  await later.open(report);
  await expect(later.text('Train')).toHaveText('Before the tunnel. Inside.');
  await expect(later.saving).toHaveText('Saved');

  const witness = await scenario.person('Chiyo');
  await scenario.member(chair, report, witness, 'observer');
  const seen = new ReportPage(witness.page);
  await seen.open(report);
  await expect(seen.text('Train')).toHaveText('Before the tunnel. Inside.');
});

test('a frozen chapter and a reader’s role are said, and nothing can be typed', async ({
  scenario,
}) => {
  const chair = await scenario.person('Ana');
  const expert = await scenario.person('Björn');
  const observer = await scenario.person('Chiyo');
  const report = await scenario.report(chair, ['Results']);
  await scenario.member(chair, report, expert, 'member');
  await scenario.member(chair, report, observer, 'observer');
  const [hers, his, theirs] = [chair, expert, observer].map((who) => new ReportPage(who.page));
  if (!hers || !his || !theirs) throw new Error('three people');
  for (const page of [hers, his, theirs]) await page.open(report);

  await his.typeInto('Results', 'Ninety nodes.');
  await expect(theirs.text('Results')).toContainText('Ninety nodes.');
  await expect(theirs.saving).toContainText('Read only');

  await hers.chooseForChapter('Results', 'Freeze');
  await expect(his.saving).toContainText('Read only: frozen by a chair');
  await expect(his.text('Results')).toHaveAttribute('contenteditable', 'false');

  await hers.chooseForChapter('Results', 'Thaw');
  await expect(his.text('Results')).toHaveAttribute('contenteditable', 'true');
  await his.typeInto('Results', ' All survived.');
  await expect(theirs.text('Results')).toContainText('Ninety nodes. All survived.');
});
