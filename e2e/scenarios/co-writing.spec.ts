import { pair } from '../fixtures/pair.ts';
import { expect, test } from '../fixtures/scenario.ts';

test('two people type in one chapter and see each other’s words and names', async ({
  scenario,
}) => {
  const { hers, his } = await pair(scenario);
  await hers.typeInto('Introduction', 'Sound travels far under water. ');
  await expect(his.text('Introduction')).toContainText('Sound travels far under water.');
  await his.typeInto('Introduction', 'Ships are loud.');
  await expect(hers.text('Introduction')).toContainText('under water. Ships are loud.');
  await expect(hers.carets.filter({ hasText: 'Björn' })).toBeVisible();
  await expect(hers.saving).toHaveText('Saved');
  await expect(his.saving).toHaveText('Saved');
});

test('one makes a heading of the line another is typing in, and no letter is lost', async ({
  scenario,
}) => {
  const { hers, his } = await pair(scenario);
  await hers.typeInto('Introduction', 'Sources of noise');
  await expect(his.text('Introduction')).toContainText('Sources of noise');
  const words = ' and how they were measured over three winters';
  const typing = his.typeInto('Introduction', words, 15);
  await hers.page.keyboard.press('ControlOrMeta+Alt+2');
  await typing;
  for (const report of [hers, his]) {
    const heading = report.text('Introduction').getByRole('heading', { level: 4 });
    await expect.poll(() => report.wordsOf(heading)).toBe(`Sources of noise${words}`);
  }
});

test('undo takes back one’s own typing and leaves the other person’s', async ({ scenario }) => {
  const { hers, his } = await pair(scenario);
  await hers.typeInto('Introduction', 'mine ');
  await expect(his.text('Introduction')).toContainText('mine');
  await his.typeInto('Introduction', 'theirs ');
  await expect(hers.text('Introduction')).toContainText('mine theirs');
  await hers.text('Introduction').focus();
  await hers.page.keyboard.press('ControlOrMeta+z');
  await expect(his.text('Introduction')).not.toContainText('mine');
  await expect(hers.text('Introduction')).toContainText('theirs');
});

test('Markdown shortcuts make headings, lists and emphasis', async ({ scenario }) => {
  const { hers, his } = await pair(scenario);
  await hers.typeInto('Introduction', '# Method\nFirst **strong** words\n- one\ntwo\n');
  const text = his.text('Introduction');
  await expect(text.getByRole('heading', { name: 'Method' })).toBeVisible();
  await expect(text.locator('strong')).toHaveText('strong');
  await expect(text.locator('[data-list="bullet"]').first()).toContainText('one');
  await expect(hers.outline).toContainText('Method');
});

test('a table, an equation and a code block appear for the other person', async ({ scenario }) => {
  const { hers, his } = await pair(scenario);
  await hers.text('Introduction').click();
  await hers.toolbar.getByRole('button', { name: 'Insert' }).click();
  await hers.page.getByRole('menuitem', { name: 'Table' }).click();
  await hers.page.keyboard.type('Node');
  await expect(his.text('Introduction').getByRole('table')).toContainText('Node');
});

test('chapters are added, renamed, moved, put away and brought back under both eyes', async ({
  scenario,
}) => {
  const { hers, his } = await pair(scenario, ['Aims', 'Results']);
  await hers.page.getByRole('button', { name: 'Add a chapter' }).first().click();
  await hers.page.getByRole('dialog').getByRole('textbox').fill('Conclusions');
  await hers.page.keyboard.press('Enter');
  await expect(his.outline.getByRole('link', { name: /Conclusions/ })).toBeVisible();

  await hers.chooseForChapter('Results', 'Rename');
  await hers.page.getByRole('dialog').getByRole('textbox').fill('Findings');
  await hers.page.keyboard.press('Enter');
  await expect(his.chapter('Findings')).toBeVisible();

  await hers.chooseForChapter('Findings', 'Move up');
  await expect(his.outline.getByRole('link').first()).toContainText('Findings');

  await hers.chooseForChapter('Aims', 'Put into the bin');
  await expect(his.outline.getByRole('link', { name: /Aims/ })).toBeHidden();
  await hers.page.getByRole('button', { name: 'Undo' }).and(hers.page.getByText('Undo')).click();
  await expect(his.outline.getByRole('link', { name: /Aims/ })).toBeVisible();
});
