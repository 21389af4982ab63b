import type { Locator } from '@playwright/test';
import { pair, type Pair } from '../fixtures/pair.ts';
import { expect, test } from '../fixtures/scenario.ts';
import { storedCells } from '../fixtures/stored-report.ts';
import { expectAccessible } from '../pages/accessible.ts';
import { copyElsewhere } from '../pages/hands.ts';
import type { ReportPage } from '../pages/report-page.ts';

const CHAPTER = 'Results';

function cell(page: ReportPage, row: number, column: number): Locator {
  return page.text(CHAPTER).getByRole('row').nth(row).locator('th, td').nth(column);
}

/** The words in each cell on somebody's screen, row by row, without the names at carets. */
function cellsOf(page: ReportPage): Promise<string[][]> {
  return page
    .text(CHAPTER)
    .getByRole('row')
    .evaluateAll((rows) =>
      rows.map((row) =>
        Array.from(row.children, (shown) => {
          const copy = shown.cloneNode(true) as Element;
          for (const caret of copy.querySelectorAll('.peer-caret')) caret.remove();
          return copy.textContent ?? '';
        }),
      ),
    );
}

async function expectCells(
  { chair, report, hers, his }: Pair,
  cells: readonly (readonly string[])[],
): Promise<void> {
  for (const page of [hers, his]) await expect.poll(() => cellsOf(page)).toEqual(cells);
  await expect.poll(() => storedCells(chair, report, CHAPTER)).toEqual(cells);
}

test('a table is filled with Tab, grows at its end, and its cells are selected, emptied and pasted', async ({
  scenario,
}) => {
  const both = await pair(scenario, [CHAPTER]);
  const { hers } = both;
  const { keyboard } = hers.page;
  await hers.text(CHAPTER).click();
  await hers.insert('Table');
  await cell(hers, 0, 0).click();
  const rows = [
    ['Node', 'Depth', 'State'],
    ['A1', '120 m', 'lost'],
    ['A2', '95 m', 'kept'],
    ['A3', '80 m', 'kept'],
  ];
  for (const [index, word] of rows.flat().entries()) {
    if (index > 0) await keyboard.press('Tab');
    await keyboard.type(word);
  }
  await expectCells(both, rows);

  // Two by two cells by mouse.
  const [from, to] = [await cell(hers, 1, 1).boundingBox(), await cell(hers, 2, 2).boundingBox()];
  if (from === null || to === null) throw new Error('the cells are not there');
  await hers.page.mouse.move(from.x + from.width / 2, from.y + from.height / 2);
  await hers.page.mouse.down();
  await hers.page.mouse.move(to.x + to.width / 2, to.y + to.height / 2, { steps: 8 });
  await hers.page.mouse.up();
  await expect(hers.text(CHAPTER).locator('.selectedCell')).toHaveCount(4);
  await expectAccessible(hers.page);
  await hers.page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await keyboard.press('ControlOrMeta+c');
  await keyboard.press('Delete');
  await expectCells(both, [rows[0], ['A1', '', ''], ['A2', '', ''], rows[3]] as string[][]);

  await cell(hers, 2, 0).click();
  await keyboard.press('ControlOrMeta+v');
  const pasted = [rows[0], ['A1', '', ''], ['120 m', 'lost', ''], ['95 m', 'kept', 'kept']];
  await expectCells(both, pasted as string[][]);
  await keyboard.press('ControlOrMeta+z');
  await keyboard.press('ControlOrMeta+z');
  await expectCells(both, rows);
});

test('cells of a spreadsheet are pasted over the cells from the caret on', async ({ scenario }) => {
  const both = await pair(scenario, [CHAPTER]);
  const { hers } = both;
  await hers.text(CHAPTER).click();
  await hers.insert('Table');
  const sheet = '<table><tr><td>A1</td><td>120</td></tr><tr><td>A2</td><td>95</td></tr></table>';
  await copyElsewhere(hers.page, { 'text/html': sheet, 'text/plain': 'A1\t120\nA2\t95' });
  await cell(hers, 1, 1).click();
  await hers.page.keyboard.press('ControlOrMeta+v');
  await expectCells(both, [
    ['', '', ''],
    ['', 'A1', '120'],
    ['', 'A2', '95'],
  ]);
});

test('two people fill neighbouring cells while rows and columns come and go around them', async ({
  scenario,
}) => {
  const both = await pair(scenario, [CHAPTER]);
  const { hers, his } = both;
  await hers.text(CHAPTER).click();
  await hers.insert('Table');
  await expect(cell(his, 2, 2)).toBeVisible();
  await cell(hers, 1, 0).click();
  await cell(his, 1, 1).click();
  const [mine, theirs] = ['hydrophone in the deep', 'towed behind the ship'];
  await Promise.all([
    hers.page.keyboard.type(mine, { delay: 15 }),
    his.page.keyboard.type(theirs, { delay: 15 }),
  ]);
  await expectCells(both, [
    ['', '', ''],
    [mine, theirs, ''],
    ['', '', ''],
  ]);

  const typing = his.page.keyboard.type(' for weeks', { delay: 40 });
  for (const act of ['Row above', 'Column before']) {
    await hers.toolbar.getByRole('button', { name: 'Table' }).click();
    await hers.page.getByRole('menuitem', { name: act, exact: true }).click();
  }
  await typing;
  await expectCells(both, [
    ['', '', '', ''],
    ['', '', '', ''],
    ['', mine, `${theirs} for weeks`, ''],
    ['', '', '', ''],
  ]);
  await hers.toolbar.getByRole('button', { name: 'Table' }).click();
  await hers.page.getByRole('menuitem', { name: 'Delete the column' }).click();
  await his.page.keyboard.type(' more');
  await expectCells(both, [
    ['', '', ''],
    ['', '', ''],
    ['', `${theirs} for weeks more`, ''],
    ['', '', ''],
  ]);
  await hers.page.keyboard.press('ControlOrMeta+z');
  await expectCells(both, [
    ['', '', '', ''],
    ['', '', '', ''],
    ['', mine, `${theirs} for weeks more`, ''],
    ['', '', '', ''],
  ]);
});
