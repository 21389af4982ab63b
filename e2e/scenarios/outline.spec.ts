import { pair } from '../fixtures/pair.ts';
import { expect, test } from '../fixtures/scenario.ts';
import { storedLines } from '../fixtures/stored-report.ts';
import type { ReportPage } from '../pages/report-page.ts';

/** The chapters as the outline of somebody lists them, with their numbers. */
function chaptersOf(page: ReportPage): Promise<string[]> {
  return page.outline
    .locator('li > div > a')
    .evaluateAll((links) =>
      links.map((link) => (link.textContent ?? '').replace(/\s+/g, ' ').trim()),
    );
}

test('chapters are moved by mouse and by keyboard while another writes in one of them', async ({
  scenario,
}) => {
  const { chair, report, hers, his } = await pair(scenario, ['Aims', 'Method', 'Results']);
  const entry = (title: string) => hers.outline.getByRole('listitem').filter({ hasText: title });
  const typing = his.typeInto('Method', 'Ninety nodes were laid out on the sea floor.', 20);

  const results = await entry('Results').boundingBox();
  if (results === null) throw new Error('the outline is not there');
  await entry('Aims').dragTo(entry('Results'), {
    targetPosition: { x: results.width / 2, y: results.height - 3 },
  });
  for (const page of [hers, his]) {
    await expect.poll(() => chaptersOf(page)).toEqual(['1 Method', '2 Results', '3 Aims']);
  }
  await entry('Aims').dragTo(entry('Method'), { targetPosition: { x: results.width / 2, y: 3 } });
  for (const page of [hers, his]) {
    await expect.poll(() => chaptersOf(page)).toEqual(['1 Aims', '2 Method', '3 Results']);
  }

  const method = hers.outline.getByRole('link', { name: 'Method' });
  await method.focus();
  await hers.page.keyboard.press('Alt+ArrowUp');
  for (const page of [hers, his]) {
    await expect.poll(() => chaptersOf(page)).toEqual(['1 Method', '2 Aims', '3 Results']);
  }
  await expect(hers.page.getByText('“Method” is now chapter 1.')).toBeAttached();
  await expect(method).toBeFocused();
  await hers.page.keyboard.press('Alt+ArrowDown');
  for (const page of [hers, his]) {
    await expect.poll(() => chaptersOf(page)).toEqual(['1 Aims', '2 Method', '3 Results']);
  }
  await expect(method).toBeFocused();

  // Whoever wrote meanwhile lost neither the words nor the caret.
  await typing;
  await his.page.keyboard.type(' All survived.');
  const words = 'Ninety nodes were laid out on the sea floor. All survived.';
  for (const page of [hers, his]) await expect.poll(() => page.lines('Method')).toEqual([words]);
  await expect.poll(() => storedLines(chair, report, 'Method')).toEqual([words]);
});

test('a chapter that is put away while another writes in it comes back with every word', async ({
  scenario,
}) => {
  const { chair, report, hers, his } = await pair(scenario, ['Aims', 'Method']);
  await his.typeInto('Method', 'Ninety nodes. ');
  await expect(hers.text('Method')).toContainText('Ninety nodes.');
  await expect(his.saving).toHaveText('Saved');
  await hers.chooseForChapter('Method', 'Put into the bin');
  await expect(his.chapter('Method')).toBeHidden();
  await expect.poll(() => chaptersOf(his)).toEqual(['1 Aims']);

  await hers.page.getByRole('button', { name: 'Undo' }).and(hers.page.getByText('Undo')).click();
  await expect.poll(() => chaptersOf(his)).toEqual(['1 Aims', '2 Method']);
  await his.typeInto('Method', 'All survived.');
  await expect.poll(() => hers.lines('Method')).toEqual(['Ninety nodes. All survived.']);

  await hers.chooseForChapter('Method', 'Rename');
  const name = hers.page.getByRole('dialog').getByRole('textbox');
  await expect(name).toHaveValue('Method');
  await name.fill('How it was done');
  await hers.page.keyboard.press('Enter');
  await expect.poll(() => his.lines('How it was done')).toEqual(['Ninety nodes. All survived.']);
  await expect
    .poll(() => storedLines(chair, report, 'How it was done'))
    .toEqual(['Ninety nodes. All survived.']);
});
