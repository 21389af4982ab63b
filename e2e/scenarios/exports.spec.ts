import { readFile } from 'node:fs/promises';
import { pair } from '../fixtures/pair.ts';
import { expect, test } from '../fixtures/scenario.ts';
import type { ReportPage } from '../pages/report-page.ts';

/** Downloads the report as a reader does; answers with the file's name and text. */
async function download(page: ReportPage, entry: string): Promise<{ name: string; text: string }> {
  const started = page.page.waitForEvent('download');
  await page.page.getByRole('button', { name: 'Export' }).click();
  await page.page.getByRole('menuitem', { name: entry }).click();
  const file = await started;
  return { name: file.suggestedFilename(), text: await readFile(await file.path(), 'utf8') };
}

test('a report goes out as Markdown, a web page and data with what two people wrote a moment ago', async ({
  scenario,
  browser,
}) => {
  const { report, hers, his } = await pair(scenario, ['Introduction', 'Results']);
  await hers.typeInto('Introduction', '# Aims\nLoud *and* **clear** <b>&</b> ');
  await hers.page.keyboard.type('$x^2$ ');
  await his.typeInto('Results', '- ninety nodes\nall survived');
  await expect(hers.text('Results')).toContainText('all survived');
  await expect(his.text('Introduction')).toContainText('clear');
  for (const page of [hers, his]) await expect(page.saving).toHaveText('Saved');

  const markdown = await download(his, 'Markdown');
  expect(markdown.name).toBe(`${report.title}.md`);
  expect(markdown.text).toContain(`# ${report.title}`);
  expect(markdown.text).toContain('## Introduction');
  expect(markdown.text).toContain('### Aims');
  expect(markdown.text).toMatch(/Loud [*_]and[*_] \*\*clear\*\*/);
  expect(markdown.text).toContain('$x^2$');
  expect(markdown.text).toMatch(/^- ninety nodes\n(\n)?- all survived$/m);

  const data = await download(his, 'Structured data (JSON)');
  expect(data.name).toBe(`${report.title}.json`);
  expect(JSON.parse(data.text)).toMatchObject({
    format: 'plenary.report',
    version: 1,
    title: report.title,
    chapters: [
      { title: 'Introduction', blocks: [{ type: 'heading', level: 1 }, { type: 'paragraph' }] },
      { title: 'Results', blocks: [{ list: 'bullet' }, { list: 'bullet' }] },
    ],
  });

  const page = await download(his, 'Web page (HTML)');
  expect(page.name).toBe(`${report.title}.html`);
  const reader = await browser.newContext({ offline: true });
  const shown = await reader.newPage();
  await shown.setContent(page.text);
  await expect(shown.getByRole('heading', { name: 'Aims' })).toBeVisible();
  await expect(shown.getByText('Loud and clear <b>&</b>')).toBeVisible();
  await expect(shown.locator('math')).toHaveCount(1);
  await expect(shown.getByRole('listitem').filter({ hasText: 'all survived' })).toBeVisible();
  await expect(shown.locator('script')).toHaveCount(0);
  await reader.close();
});
