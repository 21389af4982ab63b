import { pair } from '../fixtures/pair.ts';
import { expect, test } from '../fixtures/scenario.ts';
import { storedLines } from '../fixtures/stored-report.ts';

const CHAPTER = 'Method';

test('each takes back and does again only what they did themselves, word by word between the other’s', async ({
  scenario,
}) => {
  const { chair, report, hers, his } = await pair(scenario, [CHAPTER]);
  const everywhere = async (lines: readonly string[]): Promise<void> => {
    for (const page of [hers, his]) await expect.poll(() => page.lines(CHAPTER)).toEqual(lines);
  };
  await hers.typeInto(CHAPTER, 'one ');
  await everywhere(['one ']);
  await his.typeInto(CHAPTER, 'two ');
  await everywhere(['one two ']);
  await hers.typeInto(CHAPTER, 'three');
  await hers.page.keyboard.press('ControlOrMeta+Alt+1');
  await his.typeInto(CHAPTER, ' four');
  await everywhere(['one two three four']);
  await expect(his.text(CHAPTER).getByRole('heading', { level: 3 })).toBeVisible();

  // Her heading and her words go, in one step or several; his stay where they are.
  const undo = hers.toolbar.getByRole('button', { name: 'Undo' });
  await expect(async () => {
    await undo.click();
    expect(await hers.lines(CHAPTER)).toEqual(['two  four']);
  }).toPass();
  await everywhere(['two  four']);
  await expect(his.text(CHAPTER).getByRole('heading')).toHaveCount(0);
  await expect(undo).toHaveAttribute('aria-disabled', 'true');
  await hers.page.keyboard.press('ControlOrMeta+z');
  await everywhere(['two  four']);

  const redo = hers.toolbar.getByRole('button', { name: 'Redo' });
  await expect(async () => {
    await redo.click();
    await expect(redo).toHaveAttribute('aria-disabled', 'true', { timeout: 500 });
  }).toPass();
  await everywhere(['one two three four']);
  await expect(his.text(CHAPTER).getByRole('heading', { level: 3 })).toBeVisible();

  // He takes his own back while she types on.
  const typing = hers.page.keyboard.type(' five', { delay: 30 });
  await his.page.keyboard.press('ControlOrMeta+z');
  await typing;
  await expect.poll(async () => (await his.lines(CHAPTER)).join('')).toMatch(/five/);
  const [kept = ''] = await hers.lines(CHAPTER);
  expect(kept).not.toContain(' four');
  for (const word of ['one ', 'three', ' five']) expect(kept).toContain(word);
  await everywhere([kept]);

  for (const page of [hers, his]) {
    await expect(page.saving).toHaveText('Saved');
    await page.page.reload();
  }
  await everywhere([kept]);
  await expect.poll(() => storedLines(chair, report, CHAPTER)).toEqual([kept]);
});
