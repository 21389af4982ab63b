import { newcomer, signIn, welcome } from '../fixtures/newcomer.ts';
import { pair } from '../fixtures/pair.ts';
import { expect, test } from '../fixtures/scenario.ts';
import { storedLines } from '../fixtures/stored-report.ts';
import { expectAccessible, expectNoSideways } from '../pages/accessible.ts';
import { pressUntilFocused } from '../pages/keys.ts';
import { ReportPage } from '../pages/report-page.ts';

test('a report is written, laid out and shared by keyboard alone', async ({ scenario }) => {
  const { chair, report, hers, his } = await pair(scenario, ['Aims', 'Method']);
  const { page, toolbar } = hers;
  const { keyboard } = page;
  await expect(toolbar).toBeVisible();

  // Every control of the page is on the way of the Tab key, and shows that it has the focus.
  const stops = [
    page.getByRole('link', { name: 'Skip to content' }),
    page.getByRole('link', { name: `Back to ${report.title}` }),
    page.getByRole('button', { name: 'Rename the document' }),
    page.getByRole('button', { name: 'Share' }),
    page.getByRole('button', { name: 'Export' }),
    page.getByRole('button', { name: 'Your account: Ana' }),
    hers.outline.getByRole('link', { name: 'Aims' }),
    hers.outline.getByRole('button', { name: 'Actions for chapter “Aims”' }),
    hers.outline.getByRole('button', { name: 'Add a chapter' }),
    toolbar,
    hers.text('Aims'),
    hers.text('Method'),
  ];
  for (const stop of stops) {
    await pressUntilFocused('Tab', stop);
    const isMarked = await page.evaluate(() => {
      const { outlineStyle, boxShadow } = getComputedStyle(document.activeElement ?? document.body);
      const isText = document.activeElement?.getAttribute('role') === 'textbox';
      return isText || outlineStyle !== 'none' || boxShadow !== 'none';
    });
    expect(isMarked, String(stop)).toBe(true);
  }

  await keyboard.type('ninety nodes');
  await keyboard.press('ControlOrMeta+a');
  // From the second chapter, without a visit to the first one's text.
  await keyboard.press('Alt+F10');
  await pressUntilFocused('ArrowRight', toolbar.getByRole('button', { name: 'Bold' }));
  await keyboard.press('Enter');
  await expect(hers.text('Method')).toBeFocused();
  await expect(his.text('Method').locator('strong')).toHaveText('ninety nodes');

  // A table by keyboard, its menu, and the way out of it and back to the toolbar.
  await keyboard.press('ControlOrMeta+End');
  await keyboard.press('Alt+F10');
  await keyboard.press('Escape');
  await expect(hers.text('Method')).toBeFocused();
  await keyboard.press('Alt+F10');
  await pressUntilFocused('ArrowRight', toolbar.getByRole('button', { name: 'Insert' }));
  await keyboard.press('Enter');
  await pressUntilFocused('ArrowDown', page.getByRole('menuitem', { name: 'Table' }));
  await keyboard.press('Enter');
  await expect(his.text('Method').getByRole('row')).toHaveCount(3);
  await expect(hers.text('Method')).toBeFocused();
  await keyboard.type('Node');
  const tableMenu = toolbar.getByRole('button', { name: 'Table', exact: true });
  await keyboard.press('Alt+F10');
  await pressUntilFocused('ArrowRight', tableMenu);
  await keyboard.press('Enter');
  await pressUntilFocused('ArrowDown', page.getByRole('menuitem', { name: 'Delete the table' }));
  await keyboard.press('Enter');
  await expect(his.text('Method').getByRole('table')).toHaveCount(0);
  await expect(hers.text('Method')).toBeFocused();
  await expect(tableMenu).toBeDisabled();
  // The stop that was taken away has an heir.
  await keyboard.press('Alt+F10');
  await expect(toolbar.locator(':focus')).toHaveCount(1);

  await pressUntilFocused(
    'Shift+Tab',
    hers.outline.getByRole('button', { name: /chapter “Method”/ }),
  );
  await keyboard.press('Enter');
  await pressUntilFocused('ArrowDown', page.getByRole('menuitem', { name: 'Move up' }));
  await keyboard.press('Enter');
  await expect(his.outline.getByRole('listitem').first()).toContainText('Method');

  const share = page.getByRole('button', { name: 'Share' });
  await pressUntilFocused('Shift+Tab', share);
  await keyboard.press('Enter');
  const dialog = page.getByRole('dialog');
  await expect(dialog).toContainText('Björn');
  await expectAccessible(page);
  await keyboard.press('Escape');
  await expect(dialog).toBeHidden();
  await expect(share).toBeFocused();
  await expect
    .poll(async () => (await storedLines(chair, report, 'Method'))[0])
    .toBe('ninety nodes');
});

test('a report on a narrow dark screen in French can be written and shared', async ({
  scenario,
  browser,
}) => {
  const chair = await scenario.person('Ana');
  const report = await scenario.report(chair, ['Objectifs', 'Méthode']);
  const context = await browser.newContext({
    baseURL: scenario.server.url,
    locale: 'fr-FR',
    colorScheme: 'dark',
    viewport: { width: 360, height: 740 },
  });
  const page = await context.newPage();
  const expert = newcomer(scenario.server, 'Chloé');
  await welcome(chair, report, expert);
  await signIn(page, expert);
  await page.goto(`/documents/${report.documentId}`);
  await expect(page.locator('html')).toHaveAttribute('lang', 'fr');
  const text = page.getByRole('textbox', { name: /Méthode$/ });
  await text.click();
  await page.keyboard.type('Quatre-vingt-dix nœuds. ');
  const saving = page.getByRole('status', { name: 'État de l’enregistrement' });
  await expect(saving).toHaveText('Enregistré');
  await expectAccessible(page);
  await expectNoSideways(page);

  await page.getByRole('button', { name: 'Afficher le plan' }).click();
  await expect(page.getByRole('navigation', { name: 'Plan' })).toBeVisible();
  await expectAccessible(page);
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Exporter' }).click();
  await expect(page.getByRole('menuitem').first()).toBeVisible();
  await expectAccessible(page);
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Partager' }).click();
  await expect(page.getByRole('dialog')).toContainText('Ana');
  await expectAccessible(page);
  await expectNoSideways(page);
  await page.keyboard.press('Escape');

  await context.setOffline(true);
  await text.focus();
  await page.keyboard.press('ControlOrMeta+End');
  await page.keyboard.type('Une de plus.');
  await expect(saving).toContainText('Hors ligne');
  await expectAccessible(page);
  await expectNoSideways(page);
  await context.setOffline(false);
  await expect(saving).toHaveText('Enregistré');
  await expect
    .poll(() => storedLines(chair, report, 'Méthode'))
    .toEqual(['Quatre-vingt-dix nœuds. Une de plus.']);
  const hers = new ReportPage(chair.page);
  await hers.open(report);
  await expect.poll(() => hers.lines('Méthode')).toEqual(['Quatre-vingt-dix nœuds. Une de plus.']);
  await context.close();
});
