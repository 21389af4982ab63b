import { pair } from '../fixtures/pair.ts';
import { expect, test } from '../fixtures/scenario.ts';
import { slowLine } from '../fixtures/slow-line.ts';
import { storedLines } from '../fixtures/stored-report.ts';
import { expectAccessible } from '../pages/accessible.ts';
import { copiedText } from '../pages/hands.ts';
import { ReportPage } from '../pages/report-page.ts';

const DRAFT = { name: 'Changes of yours that were not accepted' };

test('what is typed while a chapter is being frozen leaves the text and stays as a draft of its author', async ({
  scenario,
}) => {
  const chair = await scenario.person('Ana');
  const expert = await scenario.person('Björn');
  const report = await scenario.report(chair, ['Results']);
  await scenario.member(chair, report, expert, 'member');
  const line = await slowLine(expert.page);
  const [hers, his] = [new ReportPage(chair.page), new ReportPage(expert.page)];
  await hers.open(report);
  await his.open(report);
  const second = new ReportPage(await expert.context.newPage());
  await second.open(report);
  await his.typeInto('Results', 'Ninety nodes.');
  await expect(second.text('Results')).toContainText('Ninety nodes.');
  await expect(his.saving).toHaveText('Saved');

  line.hold();
  await chair.call('PATCH', `/chapters/${report.chapters[0]?.id}`, { frozen: true });
  await his.typeInto('Results', ' All lost.');
  await expect(his.text('Results')).toContainText('All lost.');
  line.release();
  await expect(his.page.getByRole('heading', DRAFT)).toBeVisible();
  await expect.poll(() => his.lines('Results')).toEqual(['Ninety nodes.']);
  await expect(his.page.getByText('The chapter was frozen before they arrived.')).toBeVisible();
  await expectAccessible(his.page);

  // The same person's other tab shows it as well; nobody else ever sees the words.
  await expect(second.page.getByRole('heading', DRAFT)).toBeVisible();
  await expect.poll(() => second.lines('Results')).toEqual(['Ninety nodes.']);
  await expect.poll(() => hers.lines('Results')).toEqual(['Ninety nodes.']);

  await expert.context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await his.page.getByRole('button', { name: 'Copy the text' }).click();
  await expect.poll(() => copiedText(his.page)).toContain('Ninety nodes. All lost.');
  await his.page.getByText('Show the text').click();
  await expect(his.page.getByRole('textbox', { name: 'Show the text' })).toHaveValue(
    'Ninety nodes. All lost.',
  );

  // Thawed, visited again: a draft is sent by nobody but its author.
  await hers.chooseForChapter('Results', 'Thaw');
  await expect(his.text('Results')).toHaveAttribute('contenteditable', 'true');
  await his.page.reload();
  await expect(his.page.getByRole('heading', DRAFT)).toBeVisible();
  await his.typeInto('Results', ' Two were lost.');
  await expect(his.saving).toHaveText('Saved');
  await expect.poll(() => hers.lines('Results')).toEqual(['Ninety nodes. Two were lost.']);
  await expect
    .poll(() => storedLines(chair, report, 'Results'))
    .toEqual(['Ninety nodes. Two were lost.']);

  await his.page.getByRole('button', { name: 'Discard' }).click();
  await his.page.getByRole('dialog').getByRole('button', { name: 'Discard' }).click();
  for (const page of [his, second]) {
    await expect(page.page.getByRole('heading', DRAFT)).toBeHidden();
  }
  await second.page.reload();
  await expect.poll(() => second.lines('Results')).toEqual(['Ninety nodes. Two were lost.']);
  await expect(second.page.getByRole('heading', DRAFT)).toBeHidden();
});

test('what is typed while one becomes an observer stays as a draft, and the rest of the group goes on', async ({
  scenario,
}) => {
  const { chair, expert, report, hers } = await pair(scenario, ['Method']);
  const his = new ReportPage(await expert.context.newPage());
  const line = await slowLine(his.page);
  await his.open(report);
  await expect(his.saving).toHaveText('Saved');
  line.hold();
  await scenario.member(chair, report, expert, 'observer');
  await his.typeInto('Method', 'Too late.');
  await expect(his.text('Method')).toContainText('Too late.');
  await hers.typeInto('Method', 'In time.');
  await expect(hers.saving).toHaveText('Saved');
  line.release();

  await expect(
    his.page.getByText('Your role did not allow writing when they arrived.'),
  ).toBeVisible();
  await expect(his.saving).toContainText('Read only: your role is to read here');
  await expect.poll(() => his.lines('Method')).toEqual(['In time.']);
  await expect.poll(() => hers.lines('Method')).toEqual(['In time.']);
  await expect.poll(() => storedLines(chair, report, 'Method')).toEqual(['In time.']);
});
