import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Block } from '@plenary/report-model';
import { someReport } from '../testing/arbitrary-report.ts';
import { block, paragraph, reportOf, table, words } from '../testing/builders.ts';
import { readHtml } from '../testing/read-html.ts';
import { toHtml } from './to-html.ts';

function mainOf(...blocks: readonly Block[]): string {
  const html = toHtml(reportOf(...blocks));
  const start = '<h2 id="c1">Chapter</h2>\n';
  return html.slice(html.indexOf(start) + start.length, html.indexOf('</section></main>'));
}

describe('the document', () => {
  it('[X11] is complete, has contents and no script', () => {
    const section = block({ shape: { type: 'heading', level: 1 }, inlines: [words('First')] });
    const html = toHtml(reportOf(section, paragraph('Text')), { language: 'fr' });
    expect(html.startsWith('<!doctype html>\n<html lang="fr"><head><meta charset="utf-8">')).toBe(
      true,
    );
    expect(html).toContain('<title>Report</title>');
    expect(html).toContain(`content="default-src &#39;none&#39;; img-src`);
    expect(html).toContain('<a href="#c1">Chapter</a><ol><li><a href="#c1-s1">First</a></li></ol>');
    expect(html).toContain('<h3 id="c1-s1">First</h3>');
    expect(html).toContain('<nav aria-label="Sommaire">');
  });

  it('[X12] any report is well-formed, and nothing in it runs or loads', () => {
    fc.assert(
      fc.property(someReport, (report) => {
        const { elements, problems } = readHtml(toHtml(report));
        expect(problems).toEqual([]);
        for (const { name, attributes } of elements) {
          expect(ALLOWED, name).toContain(name);
          for (const [key, value] of Object.entries(attributes)) {
            expect(key).not.toMatch(/^on|^srcdoc$|^formaction$/);
            if (key === 'href') expect(SCHEMES).toContain(new URL(value, OWN).protocol);
            if (key === 'src' && !value.startsWith('data:image/')) {
              expect(new URL(value, OWN).origin).toBe(new URL(OWN).origin);
            }
          }
        }
      }),
      { numRuns: 1_000 },
    );
  }, 120_000);

  it('[X3] has the words of every block, escaped', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), (text) => {
        const visible = text.replaceAll(/[\r\n]/g, '').trim();
        fc.pre(visible !== '' && !text.includes('\u0000'));
        expect(readHtml(toHtml(reportOf(paragraph(text)))).text).toContain(visible);
      }),
    );
  });

  it('says so when a chapter is empty', () => {
    expect(mainOf(block())).toBe('<p class="empty">Nothing has been written here yet.</p>');
  });
});

describe('blocks', () => {
  it('[X2] lists nest inside their items', () => {
    const html = mainOf(
      paragraph('a', { list: 'bullet' }),
      paragraph('b', { list: 'ordered', indent: 1 }),
      paragraph('c', { indent: 2 }),
      paragraph('d', { list: 'bullet' }),
      paragraph('e', { quote: 1, indent: 1 }),
    );
    expect(html).toBe(
      '<ul><li><p>a</p>\n<ol><li><p>b</p>\n<p>c</p></li></ol></li><li><p>d</p>\n' +
        '<blockquote><p>e</p></blockquote></li></ul>',
    );
  });

  it('[X13] tables have captions and header cells, figures alternatives', () => {
    const captioned = {
      ...table([
        ['h', 'i'],
        ['1', '2'],
      ]),
      inlines: [words('Sums & more')],
    };
    expect(mainOf(captioned)).toBe(
      '<div class="table" role="region" tabindex="0" aria-label="Sums &amp; more"><table>' +
        '<caption>Sums &amp; more</caption>' +
        '<thead><tr><th scope="col">h</th><th scope="col">i</th></tr></thead>' +
        '<tbody><tr><td>1</td><td>2</td></tr></tbody></table></div>',
    );
    const image = {
      type: 'image',
      src: 'data:image/png;base64,AAAA',
      alt: 'A "map"',
      width: 40,
    } as const;
    expect(mainOf(block({ shape: image, inlines: [words('Figure 1.')] }))).toBe(
      '<figure><img src="data:image/png;base64,AAAA" alt="A &quot;map&quot;" style="width:40%" ' +
        'loading="lazy"><figcaption>Figure 1.</figcaption></figure>',
    );
  });

  it('[X5] the caller may embed pictures or leave them out', () => {
    const image = block({ shape: { type: 'image', src: '/files/1', alt: 'Alt', width: null } });
    const embedded = toHtml(reportOf(image), { imageSource: () => 'data:image/png;base64,AAAA' });
    expect(embedded).toContain('<img src="data:image/png;base64,AAAA" alt="Alt"');
    expect(toHtml(reportOf(image), { imageSource: () => null })).toContain(
      '<p class="missing">Alt</p>',
    );
  });

  it('[X14] equations are MathML, broken ones code', () => {
    const inline = block({ inlines: [{ kind: 'math', tex: 'a<b', marks: {} }] });
    expect(mainOf(inline)).toContain('<math');
    expect(mainOf(inline)).toContain('a&lt;b</annotation>');
    const broken = block({ shape: { type: 'equation' }, inlines: [words('\\frac{<b>')] });
    expect(mainOf(broken)).toBe(
      '<div class="equation"><pre><code class="tex">\\frac{&lt;b&gt;</code></pre></div>',
    );
  });

  it('[X6] unknown content and foreign roots are shown', () => {
    const report = reportOf(block({ shape: { type: 'unknown', description: 'timeline <2>' } }));
    const [part] = report.chapters;
    const foreign = [{ name: 'default', description: 'left <over>' }];
    const html = toHtml({
      ...report,
      chapters: [{ ...part!, chapter: { ...part!.chapter, foreign } }],
    });
    expect(html).toContain('<pre><code>timeline &lt;2&gt;</code></pre>');
    expect(html).toContain('<pre><code>default: left &lt;over&gt;</code></pre>');
  });
});

describe('hostile reports', () => {
  it('[X7] ten thousand levels are drawn as twelve', () => {
    const deep = Array.from({ length: 10_000 }, (_, level) =>
      paragraph('x', { list: 'bullet', indent: level, quote: level }),
    );
    const { deepest, problems } = readHtml(toHtml(reportOf(...deep)));
    expect(problems).toEqual([]);
    expect(deepest).toBeLessThan(60);
  });

  it('[X7] tables inside tables end in words', () => {
    let inner = paragraph('the innermost words');
    for (let depth = 0; depth < 1_000; depth += 1) inner = around(inner);
    const html = toHtml(reportOf(inner));
    expect(html.match(/<table>/g)).toHaveLength(4);
    expect(html).toContain('the innermost words');
  });

  it('[X7] endless TeX is shown as code', () => {
    for (const tex of ['\\def\\a{\\a\\a}\\a', `${'{'.repeat(2_000)}x`, 'x'.repeat(100_000)]) {
      const html = mainOf(block({ shape: { type: 'equation' }, inlines: [words(tex)] }));
      expect(html).toContain('<code class="tex">');
    }
  });
});

function around(content: Block): Block {
  const outer = table([['x']], 0);
  if (outer.type !== 'table') throw new Error('not a table');
  return { ...outer, grid: { ...outer.grid, cells: [[{ area: 'a', blocks: [content] }]] } };
}

const OWN = 'https://own.test/reports/';
const SCHEMES = ['https:', 'http:', 'mailto:', 'tel:'];
const ALLOWED = [
  'html head meta title style body header nav main section h1 h2 h3 h4 h5 h6 p ol ul li blockquote',
  'pre code hr figure img figcaption div table caption thead tbody tr th td',
  'a strong em s u sup sub br',
  'math semantics annotation mrow mi mn mo msup msub mfrac mtext mstyle mspace mpadded msubsup',
  'mover munder mtable mtr mtd',
].flatMap((names) => names.split(' '));
