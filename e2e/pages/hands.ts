import type { CDPSession, Locator, Page } from '@playwright/test';

/** Puts something on the clipboard as another program would have, by media type. */
export async function copyElsewhere(
  page: Page,
  content: Readonly<Record<string, string | Buffer>>,
): Promise<void> {
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  const items = Object.entries(content).map(
    ([type, data]) => [type, Buffer.from(data).toString('base64')] as const,
  );
  await page.evaluate(async (parts) => {
    const blobs = parts.map(([type, data]): [string, Blob] => [
      type,
      new Blob([Uint8Array.from(atob(data), (byte) => byte.codePointAt(0) ?? 0)], { type }),
    ]);
    await navigator.clipboard.write([new ClipboardItem(Object.fromEntries(blobs))]);
  }, items);
}

/** The text on the clipboard; the page's browser must have been allowed to read it. */
export function copiedText(page: Page): Promise<string> {
  return page.evaluate(() => navigator.clipboard.readText());
}

/** Drops files from the desktop on the middle of something on the page. */
export async function dropFiles(target: Locator, paths: readonly string[]): Promise<void> {
  const page = target.page();
  const box = await target.boundingBox();
  if (box === null) throw new Error('there is nothing to drop on');
  const devtools = await page.context().newCDPSession(page);
  const data = { items: [], files: [...paths], dragOperationsMask: 1 };
  const place = { x: box.x + box.width / 2, y: box.y + box.height / 2 };
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const) {
    await devtools.send('Input.dispatchDragEvent', { type, ...place, data });
  }
  await devtools.detach();
}

/** An input method: what it shows while one is choosing, and what is chosen in the end. */
export class InputMethod {
  readonly #page: Page;
  readonly #devtools: CDPSession;

  private constructor(page: Page, devtools: CDPSession) {
    this.#page = page;
    this.#devtools = devtools;
  }

  static async on(page: Page): Promise<InputMethod> {
    await page.evaluate(() => {
      const { dataset } = document.documentElement;
      addEventListener('compositionstart', () => (dataset['composing'] = ''), true);
      addEventListener('compositionend', () => delete dataset['composing'], true);
    });
    return new InputMethod(page, await page.context().newCDPSession(page));
  }

  /** Shows what is being composed, underlined and not yet chosen, at the caret. */
  async compose(text: string): Promise<void> {
    const end = text.length;
    const shown = { text, selectionStart: end, selectionEnd: end };
    await this.#devtools.send('Input.imeSetComposition', shown);
  }

  /** Chooses: what was composed becomes these characters. */
  async choose(text: string): Promise<void> {
    await this.#devtools.send('Input.insertText', { text });
  }

  /**
   * Whether what was begun is still being composed. The browser ends it when its place is drawn anew:
   * what was composed so far then stays, and an input method begins afresh behind it.
   */
  isComposing(): Promise<boolean> {
    return this.#page.evaluate(() => 'composing' in document.documentElement.dataset);
  }
}
