import type { Locator, Page } from '@playwright/test';
import type { Report } from '../fixtures/scenario.ts';

/** A report on somebody's screen: where things are and what a person does there. */
export class ReportPage {
  readonly page: Page;
  readonly saving: Locator;
  readonly outline: Locator;
  readonly toolbar: Locator;
  readonly carets: Locator;

  constructor(page: Page) {
    this.page = page;
    this.saving = page.getByRole('status', { name: 'State of saving' });
    this.outline = page.getByRole('navigation', { name: 'Outline' });
    this.toolbar = page.getByRole('toolbar', { name: 'Formatting' });
    this.carets = page.locator('.peer-caret');
  }

  async open(report: Report): Promise<void> {
    await this.page.goto(`/documents/${report.documentId}`);
    await this.page.getByRole('textbox', { name: /^Text of chapter 1, / }).waitFor();
  }

  /** The text of a chapter, by its title. */
  text(title: string): Locator {
    return this.page.getByRole('textbox', { name: new RegExp(`^Text of chapter \\d+, ${title}$`) });
  }

  chapter(title: string): Locator {
    return this.page.getByRole('region', { name: title });
  }

  /** The words of an element without the names at other people's carets; empty while it is not there. */
  async wordsOf(element: Locator): Promise<string> {
    if ((await element.count()) === 0) return '';
    return element.evaluate((shown) => {
      const copy = shown.cloneNode(true) as Element;
      for (const caret of copy.querySelectorAll('.peer-caret')) caret.remove();
      return copy.textContent ?? '';
    });
  }

  /** Types at the end of a chapter as a person would: key by key. */
  async typeInto(title: string, text: string, delay = 0): Promise<void> {
    await this.text(title).click();
    await this.page.keyboard.press('ControlOrMeta+End');
    await this.page.keyboard.type(text, { delay });
  }

  /** Puts something at the caret by the toolbar's menu. */
  async insert(entry: string): Promise<void> {
    await this.toolbar.getByRole('button', { name: 'Insert' }).click();
    await this.page.getByRole('menuitem', { name: entry }).click();
  }

  /** The lines of a chapter on the screen, one string a block, without the names at carets. */
  async lines(title: string): Promise<readonly string[]> {
    return this.text(title).evaluate((text) =>
      Array.from(text.children, (block) => {
        const copy = block.cloneNode(true) as Element;
        for (const caret of copy.querySelectorAll('.peer-caret')) caret.remove();
        return copy.textContent ?? '';
      }),
    );
  }

  /** Chooses an entry of a chapter's menu in the outline. */
  async chooseForChapter(title: string, entry: string): Promise<void> {
    await this.outline.getByRole('button', { name: `Actions for chapter “${title}”` }).click();
    await this.page.getByRole('menuitem', { name: entry }).click();
  }
}
