import type { Locator } from '@playwright/test';
import { pair } from '../fixtures/pair.ts';
import { expect, test } from '../fixtures/scenario.ts';
import { storedBlocks } from '../fixtures/stored-report.ts';
import { expectAccessible } from '../pages/accessible.ts';
import { pressUntilFocused } from '../pages/keys.ts';
import type { ReportPage } from '../pages/report-page.ts';

async function openLinkDialog(page: ReportPage): Promise<Locator> {
  await pressUntilFocused('Shift+Tab', page.toolbar);
  await pressUntilFocused('ArrowRight', page.toolbar.getByRole('button', { name: 'Link' }));
  await page.page.keyboard.press('Enter');
  const dialog = page.page.getByRole('dialog', { name: 'Link' });
  await expect(dialog.getByLabel('Address')).toBeFocused();
  return dialog;
}

test('a link is made, changed and removed by keyboard alone, and a script is refused with words', async ({
  scenario,
}) => {
  const { expert, report, hers, his } = await pair(scenario);
  const { keyboard } = hers.page;
  const link = his.text('Introduction').getByRole('link', { name: 'standard' });
  await hers.typeInto('Introduction', 'See the standard');
  await keyboard.press('ControlOrMeta+Shift+ArrowLeft');

  const dialog = await openLinkDialog(hers);
  await keyboard.type('javascript:alert(1)');
  await keyboard.press('Enter');
  await expect(dialog.getByText('This is not an address that can be linked safely.')).toBeVisible();
  await expectAccessible(hers.page);
  await expect(link).toHaveCount(0);
  await expect(dialog.getByLabel('Address')).toBeFocused();
  await keyboard.press('ControlOrMeta+a');
  await keyboard.type('https://example.org/standard');
  await keyboard.press('Enter');
  await expect(dialog).toBeHidden();
  await expect(link).toHaveAttribute('href', 'https://example.org/standard');

  // The caret is back in the text, behind what was linked: what follows is no link.
  await expect(hers.text('Introduction')).toBeFocused();
  await keyboard.press('ControlOrMeta+End');
  await keyboard.type(' first.');
  await expect(his.text('Introduction')).toContainText('See the standard first.');
  await expect(link).toHaveText('standard');

  await keyboard.press('ControlOrMeta+Home');
  for (let step = 0; step < 'See the sta'.length; step += 1) await keyboard.press('ArrowRight');
  await openLinkDialog(hers);
  await expect(dialog.getByLabel('Address')).toHaveValue('https://example.org/standard');
  await keyboard.press('ControlOrMeta+a');
  await keyboard.type('mailto:desk@example.org');
  await keyboard.press('Enter');
  await expect(link).toHaveAttribute('href', 'mailto:desk@example.org');
  await expect
    .poll(async () => (await storedBlocks(expert, report, 'Introduction'))[0]?.inlines)
    .toEqual([
      { kind: 'text', text: 'See the ', marks: {} },
      { kind: 'text', text: 'standard', marks: { link: { href: 'mailto:desk@example.org' } } },
      { kind: 'text', text: ' first.', marks: {} },
    ]);

  await openLinkDialog(hers);
  await pressUntilFocused('Tab', dialog.getByRole('button', { name: 'Remove the link' }));
  await keyboard.press('Enter');
  await expect(link).toHaveCount(0);
  await expect
    .poll(async () => (await storedBlocks(expert, report, 'Introduction'))[0]?.inlines)
    .toEqual([{ kind: 'text', text: 'See the standard first.', marks: {} }]);

  await openLinkDialog(hers);
  await keyboard.press('Escape');
  await expect(dialog).toBeHidden();
});
