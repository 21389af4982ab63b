import type { Browser, BrowserContext, Page } from '@playwright/test';
import { Histogram, type Quantiles } from '../clients/histogram.ts';
import { installProbe, type ProbeOptions } from './probe.ts';
import type { ContentName, Site } from './site.ts';

/** How much is measured. */
export type Amount = { readonly opens: number; readonly keys: number };

/** What people would feel, in milliseconds. */
export type Felt = {
  /** From the start of navigation in a fresh browser until one can type. */
  readonly ready: Quantiles;
  /** From a key to the paint in the same window. */
  readonly here: Quantiles;
  /** From a key to the paint in another person's window. */
  readonly there: Quantiles;
};

const MARKER = 'zzz';
/** In no name of the people, which stand beside carets. */
const LETTER = 'x';
const READY_TIMEOUT_MS = 60_000;
const BETWEEN_KEYS_MS = 80;
const SETTLE_MS = 2_000;
const ARRIVAL_TIMEOUT_MS = 20_000;

/** Measures one content of one site with two people in two windows. */
export async function measureSite(
  browser: Browser,
  site: Site,
  what: { readonly content: ContentName; readonly words: string; readonly amount: Amount },
): Promise<Felt> {
  const { content, words, amount } = what;
  const options: ProbeOptions = { words, marker: MARKER, letter: LETTER };
  const ready = new Histogram();
  for (let index = 0; index < amount.opens; index += 1) {
    const { context, readyMs } = await open(browser, site, { content, person: 0, options });
    ready.add(readyMs);
    await context.close();
  }
  const first = await open(browser, site, { content, person: 0, options });
  const second = await open(browser, site, { content, person: 1, options });
  const { here, there } = await type(first.page, second.page, amount.keys);
  await first.context.close();
  await second.context.close();
  return { ready: ready.quantiles(), here: here.quantiles(), there: there.quantiles() };
}

async function open(
  browser: Browser,
  site: Site,
  how: { readonly content: ContentName; readonly person: 0 | 1; readonly options: ProbeOptions },
): Promise<{ context: BrowserContext; page: Page; readyMs: number }> {
  const { url, cookies } = site.visit(how.content, how.person);
  const context = await browser.newContext({ viewport: { width: 1_280, height: 900 } });
  await context.addCookies([...cookies]);
  await context.addInitScript(installProbe, how.options);
  const page = await context.newPage();
  await page.goto(url, { waitUntil: 'commit' });
  const handle = await page.waitForFunction(() => window.plenaryBench.ready, undefined, {
    timeout: READY_TIMEOUT_MS,
  });
  const readyMs = (await handle.jsonValue()) ?? 0;
  return { context, page, readyMs };
}

async function type(
  here: Page,
  there: Page,
  keys: number,
): Promise<{ here: Histogram; there: Histogram }> {
  await here
    .locator('[contenteditable="true"]')
    .first()
    .click({ position: { x: 5, y: 5 } });
  await here.keyboard.press('Control+Home');
  await here.keyboard.type(MARKER);
  await here.keyboard.press('Enter');
  await here.keyboard.press('ArrowUp');
  await here.keyboard.press('End');
  await here.waitForTimeout(SETTLE_MS);
  for (let index = 0; index < keys; index += 1) {
    await here.keyboard.press(LETTER);
    await here.waitForTimeout(BETWEEN_KEYS_MS);
  }
  await there.waitForFunction((count) => window.plenaryBench.arrivals.length >= count, keys, {
    timeout: ARRIVAL_TIMEOUT_MS,
  });
  const pressed = await here.evaluate(() => window.plenaryBench.keys);
  const arrived = await there.evaluate(() => window.plenaryBench.arrivals);
  const result = { here: new Histogram(), there: new Histogram() };
  pressed.forEach(({ at, painted }, index) => {
    result.here.add(painted - at);
    result.there.add(arrived[index]! - at);
  });
  return result;
}
