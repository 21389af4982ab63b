import { pair, type Pair } from '../fixtures/pair.ts';
import { expect, test } from '../fixtures/scenario.ts';
import { storedLines } from '../fixtures/stored-report.ts';
import { InputMethod } from '../pages/hands.ts';
import type { ReportPage } from '../pages/report-page.ts';

const CHAPTER = 'Introduction';

/** Puts the caret this far behind the start of the chapter, by the keys a person has. */
async function caretAt(page: ReportPage, offset: number): Promise<void> {
  await page.text(CHAPTER).click();
  await page.page.keyboard.press('ControlOrMeta+Home');
  for (let step = 0; step < offset; step += 1) await page.page.keyboard.press('ArrowRight');
}

async function expectEverywhere(
  { chair, report, hers, his }: Pair,
  lines: readonly string[],
): Promise<void> {
  for (const page of [hers, his]) await expect.poll(() => page.lines(CHAPTER)).toEqual(lines);
  await expect.poll(() => storedLines(chair, report, CHAPTER)).toEqual(lines);
}

test('Japanese is composed in a paragraph while another types before and behind it', async ({
  scenario,
}) => {
  const both = await pair(scenario);
  const { hers, his } = both;
  await hers.typeInto(CHAPTER, 'Sonar measures depth.');
  await expect.poll(() => his.lines(CHAPTER)).toEqual(['Sonar measures depth.']);
  await caretAt(hers, 'Sonar '.length);
  const method = await InputMethod.on(hers.page);

  await method.compose('に');
  await caretAt(his, 0);
  await his.page.keyboard.type('Old ');
  await expect(his.saving).toHaveText('Saved');
  await method.compose('にほ');
  await his.page.keyboard.press('ControlOrMeta+End');
  await his.page.keyboard.type(' Well.');
  await expect(his.saving).toHaveText('Saved');
  await method.compose('にほん');
  await method.compose('日本');
  await method.choose('日本');
  await method.compose('ご');
  await method.choose('語 ');
  await expectEverywhere(both, ['Old Sonar 日本語 measures depth. Well.']);

  // What follows goes where the caret was left.
  await hers.page.keyboard.type('also ');
  await expectEverywhere(both, ['Old Sonar 日本語 also measures depth. Well.']);
});

test('Korean is composed while another types right beside it, and both keep every syllable', async ({
  scenario,
}) => {
  const both = await pair(scenario);
  const { hers, his } = both;
  await hers.typeInto(CHAPTER, 'A  B');
  await expect.poll(() => his.lines(CHAPTER)).toEqual(['A  B']);
  await caretAt(hers, 2);
  await caretAt(his, 1);
  const method = await InputMethod.on(hers.page);
  for (const [syllable, steps] of [
    ['한', ['ㅎ', '하', '한']],
    ['국', ['ㄱ', '구', '국']],
    ['어', ['ㅇ', '어']],
  ] as const) {
    for (const step of steps) {
      await method.compose(step);
      await his.page.keyboard.type('x');
    }
    await method.choose(syllable);
  }
  await expectEverywhere(both, ['Axxxxxxxx 한국어 B']);
});

for (const where of ['before', 'behind'] as const) {
  test(`a paragraph is split ${where} what is being composed in it, and nothing is lost`, async ({
    scenario,
  }) => {
    const both = await pair(scenario);
    const { hers, his } = both;
    await hers.typeInto(CHAPTER, 'Left middle right');
    await expect.poll(() => his.lines(CHAPTER)).toEqual(['Left middle right']);
    await caretAt(hers, 'Left mid'.length);
    const method = await InputMethod.on(hers.page);
    await method.compose('に');
    await expect(hers.text(CHAPTER)).toContainText('に');

    await caretAt(his, where === 'before' ? 'Left'.length : 0);
    if (where === 'behind') {
      await his.page.keyboard.press('End');
      for (let step = 0; step < ' right'.length; step += 1) {
        await his.page.keyboard.press('ArrowLeft');
      }
    }
    await his.page.keyboard.press('Enter');
    await expect.poll(async () => (await his.lines(CHAPTER)).length).toBe(2);
    await expect(his.saving).toHaveText('Saved');
    const rest = (await method.isComposing()) ? 'にほん' : 'ほん';
    await method.compose(rest);
    await method.choose(rest);
    await expectEverywhere(
      both,
      where === 'before' ? ['Left', ' midにほんdle right'] : ['Left midにほんdle', ' right'],
    );
  });
}
