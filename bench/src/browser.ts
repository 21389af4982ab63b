/**
 * `node tooling/run.mjs bench/src/browser.ts`: what people feel in a real browser, beside a page
 * with plain TipTap and y-websocket: time until one can type, and from a key to the paint here and in
 * another window. The web application must have been built.
 */
import { parseArgs } from 'node:util';
import { chromium } from '@playwright/test';
import { measureSite, type Felt } from './browser/measure.ts';
import { startPlenarySite } from './browser/plenary-site.ts';
import { CONTENTS, type Site } from './browser/site.ts';
import { startTiptapSite } from './browser/tiptap-site.ts';
import { keepResult, tableOfRows } from './report.ts';
import { value, type Row } from './shapes/shape.ts';

const { values } = parseArgs({
  options: {
    opens: { type: 'string', default: '7' },
    keys: { type: 'string', default: '200' },
    browser: { type: 'string', default: process.env['CHROMIUM'] ?? '/usr/bin/chromium' },
    quick: { type: 'boolean', default: false },
  },
});
const amount = values.quick
  ? { opens: 1, keys: 20 }
  : { opens: Number(values.opens), keys: Number(values.keys) };
const WORDS_SHOWN = 40;
const ARGUMENTS = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'];
const QUIET = ['--disable-background-networking', '--disable-component-update', '--disable-sync'];

const { site: plenary, paragraphs } = await startPlenarySite();
const sites: Site[] = [plenary];
try {
  sites.push(await startTiptapSite(paragraphs));
  const browser = await chromium.launch({
    executablePath: values.browser,
    args: [...ARGUMENTS, ...QUIET],
  });
  try {
    const rows: { name: string; row: Row }[] = [];
    for (const content of CONTENTS) {
      const words = paragraphs[content].find((text) => text !== '')!.slice(0, WORDS_SHOWN);
      for (const site of sites) {
        console.error(`${content}: ${site.name} …`);
        const felt = await measureSite(browser, site, { content, words, amount });
        rows.push({ name: `${content}: ${site.name} ${site.version}`, row: rowOf(felt) });
      }
    }
    const title = 'in the browser: opening, and from a key to the paint';
    console.log(`\n${tableOfRows(title, rows)}\n`);
    if (!values.quick) {
      const command = ['node tooling/run.mjs bench/src/browser.ts', ...process.argv.slice(2)];
      const name = keepResult('browser', {
        title,
        command: command.join(' '),
        settings: { ...amount },
        browser: browser.version(),
        rows,
      });
      console.log(`kept as bench/results/${name}`);
    }
  } finally {
    await browser.close();
  }
} finally {
  for (const site of sites) await site.stop();
}

function rowOf({ ready, here, there }: Felt): Row {
  return {
    'can type after p50': value(ready.p50, 0, 'ms'),
    max: value(ready.max, 0, 'ms'),
    'key to paint p50': value(here.p50, 1, 'ms'),
    p95: value(here.p95, 1, 'ms'),
    'other window p50': value(there.p50, 1, 'ms'),
    'other p95': value(there.p95, 1, 'ms'),
  };
}
