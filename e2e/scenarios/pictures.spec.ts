import { writeFile } from 'node:fs/promises';
import type { Locator } from '@playwright/test';
import { pair } from '../fixtures/pair.ts';
import { RED_PNG } from '../fixtures/pictures.ts';
import { expect, test } from '../fixtures/scenario.ts';
import { storedBlocks } from '../fixtures/stored-report.ts';
import { expectAccessible } from '../pages/accessible.ts';
import { copyElsewhere, dropFiles } from '../pages/hands.ts';
import type { ReportPage } from '../pages/report-page.ts';

function pictures(page: ReportPage): Locator {
  return page.text('Introduction').locator('figure > img');
}

/** Whether the browser could draw it: a picture that does not arrive has no width. */
function drawnWidth(picture: Locator): Promise<number> {
  return picture.evaluate((image: HTMLImageElement) => image.naturalWidth);
}

async function choosePicture(page: ReportPage, name: string, bytes: Buffer): Promise<void> {
  await page.text('Introduction').click();
  const asked = page.page.waitForEvent('filechooser');
  await page.insert('Picture…');
  await (await asked).setFiles({ name, mimeType: 'image/png', buffer: bytes });
}

test('pictures that are chosen, dropped and pasted are drawn for the other person and exported', async ({
  scenario,
}, testInfo) => {
  const { chair, expert, report, hers, his } = await pair(scenario);
  await hers.typeInto('Introduction', 'The array at sea.');
  await choosePicture(hers, 'array.png', RED_PNG);
  await expect(pictures(his)).toHaveCount(1);
  await expect.poll(() => drawnWidth(pictures(his).first())).toBe(4);

  const file = testInfo.outputPath('buoy.png');
  await writeFile(file, RED_PNG);
  await dropFiles(hers.text('Introduction').getByText('The array at sea.'), [file]);
  await expect(pictures(his)).toHaveCount(2);

  await copyElsewhere(hers.page, { 'image/png': RED_PNG });
  await hers.typeInto('Introduction', '');
  await hers.page.keyboard.press('ControlOrMeta+v');
  await expect(pictures(his)).toHaveCount(3);
  for (const index of [1, 2]) {
    await expect.poll(() => drawnWidth(pictures(his).nth(index))).toBe(4);
  }
  await expect(hers.saving).toHaveText('Saved');
  await expectAccessible(his.page);

  const stored = await storedBlocks(expert, report, 'Introduction');
  const sources = stored.flatMap(({ src }) => (src === undefined ? [] : [src]));
  expect(new Set(sources).size).toBe(3);
  expect(stored.filter(({ type }) => type === 'image').length).toBe(3);
  const path = `/api/v1/documents/${report.documentId}/export`;
  const html = await (await chair.context.request.get(`${path}?format=html`)).text();
  // Inside the file, so that it can be read anywhere.
  expect(html.match(/src="data:image\/png;base64,/g)).toHaveLength(3);
  const markdown = await (await chair.context.request.get(`${path}?format=md`)).text();
  for (const source of sources) expect(markdown).toContain(`](${source})`);
});

test('what is no picture is refused with its name, and the report stays on the screen', async ({
  scenario,
}, testInfo) => {
  const { expert, report, hers, his } = await pair(scenario);
  await hers.typeInto('Introduction', 'Read the minutes.');
  await choosePicture(hers, 'minutes.png', Buffer.from('These are words, whatever the name says.'));
  const refusal = hers.text('Introduction').getByRole('button', { name: /minutes\.png/ });
  await expect(refusal).toContainText('could not be sent');
  await expectAccessible(hers.page);
  await refusal.click();
  await expect(refusal).toBeHidden();
  await expect(hers.text('Introduction')).toBeFocused();

  const address = hers.page.url();
  const tabs = hers.page.context().pages().length;
  const file = testInfo.outputPath('minutes.pdf');
  await writeFile(file, '%PDF-1.4\n');
  await dropFiles(hers.text('Introduction').getByText('Read the minutes.'), [file]);
  const other = hers.text('Introduction').getByRole('button', { name: /minutes\.pdf/ });
  await expect(other).toContainText('Pictures as PNG, JPEG, GIF, WebP or AVIF are.');
  expect(hers.page.url()).toBe(address);
  expect(hers.page.context().pages()).toHaveLength(tabs);

  await other.click();
  await hers.page.keyboard.press('ControlOrMeta+End');
  await hers.page.keyboard.type(' Twice.');
  await expect.poll(() => his.lines('Introduction')).toEqual(['Read the minutes. Twice.']);
  await expect(pictures(his)).toHaveCount(0);
  await expect
    .poll(async () => (await storedBlocks(expert, report, 'Introduction')).map(({ type }) => type))
    .toEqual(['paragraph']);
});

test('a file dropped beside the text, or on text one may only read, does not replace the report', async ({
  scenario,
}, testInfo) => {
  const { chair, expert, report, hers, his } = await pair(scenario);
  await scenario.member(chair, report, expert, 'observer');
  await hers.typeInto('Introduction', 'Read the minutes.');
  await expect(his.text('Introduction')).toHaveAttribute('aria-readonly', 'true');
  const file = testInfo.outputPath('minutes.pdf');
  await writeFile(file, '%PDF-1.4\n');
  const places: Locator[] = [
    hers.page.getByRole('heading', { level: 1 }),
    hers.outline,
    his.text('Introduction').getByText('Read the minutes.'),
  ];
  for (const place of places) {
    // A drag by DevTools never makes a browser leave the page: what the page says of it is asked.
    const page = place.page();
    await page.evaluate(() => {
      const { dataset } = document.documentElement;
      delete dataset['refused'];
      const tell = (event: DragEvent) => (dataset['refused'] = String(event.defaultPrevented));
      addEventListener('dragover', tell, { once: true });
    });
    await dropFiles(place, [file]);
    await expect(page.locator('html')).toHaveAttribute('data-refused', 'true');
  }
  await hers.typeInto('Introduction', ' Twice.');
  await expect.poll(() => his.lines('Introduction')).toEqual(['Read the minutes. Twice.']);
});
