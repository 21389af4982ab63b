import { expect, it } from 'vitest';
import { toHtml, toJson, toMarkdown } from './index.ts';
import type { Report } from './report.ts';
import { block, paragraph, table, words } from './testing/builders.ts';

/** One of everything, written the way people write it. */
const REPORT: Report = {
  title: 'Drift of moored buoys',
  chapters: [
    {
      title: 'Method',
      chapter: {
        version: 1,
        foreign: [],
        blocks: [
          block({ shape: { type: 'heading', level: 1 }, inlines: [words('Sites')] }),
          block({
            inlines: [
              words('Three buoys were moored at '),
              { kind: 'math', tex: 'd = 12\\,\\mathrm{m}', marks: {} },
              words(', and '),
              words('none', { italic: true }),
              words(' of them was '),
              words('lost', { bold: true }),
              words('; see '),
              words('the log', { link: { href: 'https://log.example.org/7' } }),
              words('.'),
            ],
          }),
          paragraph('Anchor, of two kinds:', { list: 'ordered' }),
          paragraph('mushroom', { list: 'bullet', indent: 1 }),
          paragraph('screw', { list: 'bullet', indent: 1 }),
          paragraph('Chain.', { list: 'ordered' }),
          paragraph('The sea gives nothing back.', { quote: 1 }),
          block({ shape: { type: 'code', lang: 'sh' }, inlines: [words('drift --from 1 > out')] }),
          block({ shape: { type: 'equation' }, inlines: [words('x(t) = x_0 + \\int_0^t v\\,ds')] }),
          {
            ...table([
              ['Buoy', 'Drift (m)'],
              ['A', '0.4'],
              ['B | C', '< 0.1'],
            ]),
            inlines: [words('Table 1. Drift in a week.')],
          },
          block({
            shape: { type: 'image', src: '/api/v1/files/1', alt: 'Three buoys', width: 60 },
            inlines: [words('Figure 1. The buoys.')],
          }),
          block({ shape: { type: 'rule' } }),
          block({ shape: { type: 'unknown', description: 'timeline 2026' } }),
        ],
      },
    },
    { title: 'Results', chapter: { version: 1, foreign: [], blocks: [block()] } },
  ],
};

it('[X1] the Markdown of a report with one of everything is as kept', async () => {
  await expect(toMarkdown(REPORT)).toMatchFileSnapshot('../golden/report.md');
});

it('[X1] the HTML of a report with one of everything is as kept', async () => {
  await expect(toHtml(REPORT)).toMatchFileSnapshot('../golden/report.html');
});

it('[X15] the JSON of a report with one of everything is as kept', async () => {
  await expect(toJson(REPORT)).toMatchFileSnapshot('../golden/report.json');
});
