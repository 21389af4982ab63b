import { loadTrace, type TracePatch } from '@plenary/testing';
import type { Locator } from '@playwright/test';
import { expect, test } from '../fixtures/scenario.ts';
import { ReportPage } from '../pages/report-page.ts';

/** Transactions of the trace that are typed; all 18,335 of them would take an hour by keyboard. */
const TRANSACTIONS = 150;

const trace = loadTrace('sveltecomponent');

test('a recorded program, typed by two people in turn, comes out letter by letter', async ({
  scenario,
}) => {
  if (trace === null) return expect(process.env['CI'], 'recorded data is missing').not.toBe('true');
  test.setTimeout(300_000);
  const chair = await scenario.person('Ana');
  const expert = await scenario.person('Björn');
  const report = await scenario.report(chair, ['Source']);
  await scenario.member(chair, report, expert, 'member');
  const pages = [new ReportPage(chair.page), new ReportPage(expert.page)] as const;
  for (const page of pages) await page.open(report);
  await pages[0].typeInto('Source', '```');
  await pages[0].page.keyboard.press('Space');
  const codes = pages.map((page) => page.text('Source').locator('pre code'));
  await expect(codes[1] as Locator).toBeAttached();

  let expected = '';
  for (const [index, patches] of trace.transactions.slice(0, TRANSACTIONS).entries()) {
    const who = index % 2;
    for (const patch of patches) {
      await type(pages[who] as ReportPage, codes[who] as Locator, patch);
      expected = applied(expected, patch);
    }
    for (const code of codes) await expect.poll(() => code.evaluate(ownText)).toBe(expected);
  }
  for (const page of pages) await expect(page.saving).toHaveText('Saved');
});

function applied(text: string, [at, removed, inserted]: TracePatch): string {
  return text.slice(0, at) + inserted + text.slice(at + removed);
}

async function type(report: ReportPage, code: Locator, patch: TracePatch): Promise<void> {
  const [at, removed, inserted] = patch;
  await report.text('Source').focus();
  await code.evaluate(select, [at, at + removed] as const);
  if (removed > 0) await report.page.keyboard.press('Backspace');
  if (inserted !== '') await report.page.keyboard.type(inserted);
}

/** Runs in the page: the text of an element without the names of other people's carets. */
function ownText(element: Element): string {
  const copy = element.cloneNode(true) as Element;
  for (const foreign of copy.querySelectorAll(
    '[contenteditable="false"], .ProseMirror-widget, .peer-caret',
  )) {
    foreign.remove();
  }
  for (const filler of copy.querySelectorAll('br.ProseMirror-trailingBreak')) filler.remove();
  return copy.textContent ?? '';
}

/**
 * Runs in the page: puts the selection between two characters, as a mouse would, and again until it
 * stays: for a moment after a change the editor puts its own selection back.
 */
async function select(element: Element, [from, to]: readonly [number, number]): Promise<void> {
  const STEADY_FRAMES = 5;
  const selection = getSelection();
  let steady = 0;
  for (let tries = 0; steady < STEADY_FRAMES && tries < 100; tries += 1) {
    const range = document.createRange();
    range.setStart(element, 0);
    range.setEnd(element, 0);
    const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
    let seen = 0;
    for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
      if (
        node.parentElement?.closest('[contenteditable="false"], .ProseMirror-widget, .peer-caret')
      ) {
        continue;
      }
      const length = node.nodeValue?.length ?? 0;
      if (from >= seen && from <= seen + length) range.setStart(node, from - seen);
      if (to >= seen && to <= seen + length) range.setEnd(node, to - seen);
      seen += length;
    }
    const isThere =
      selection?.anchorNode === range.startContainer &&
      selection.anchorOffset === range.startOffset &&
      selection.focusNode === range.endContainer &&
      selection.focusOffset === range.endOffset;
    steady = isThere ? steady + 1 : 0;
    if (!isThere) {
      selection?.removeAllRanges();
      selection?.addRange(range);
    }
    await new Promise((frame) => requestAnimationFrame(frame));
  }
}
