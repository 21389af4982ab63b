// @vitest-environment jsdom
import type { Node } from '@tiptap/pm/model';
import { describe, expect, it } from 'vitest';
import { block, doc, h, item, link, marked, math, p, table } from '../testing/build.ts';
import { chapterParser, withNewlines } from './chapter-parser.ts';
import { chapterSerializer } from './chapter-serializer.ts';
import { chapterSchema } from '../schema/schema.ts';

/** Pastes HTML as the view does: into a detached document, by the chapter's parser. */
function paste(html: string): Node {
  const detached = document.implementation.createHTMLDocument('');
  detached.body.innerHTML = html;
  const slice = chapterParser.parseSlice(detached.body, { preserveWhitespace: false });
  const { content } = withNewlines(slice);
  const isLoose = content.firstChild?.isInline ?? false;
  return doc(
    ...(isLoose ? [chapterSchema.nodes['paragraph']!.create(null, content)] : content.content),
  );
}

function copy(node: Node): string {
  const element = document.createElement('div');
  element.append(chapterSerializer.serializeFragment(node.content, { document }));
  return element.innerHTML;
}

const quoted = (quote: number, text: string): Node => block('paragraph', { quote }, text);

describe('pasting HTML', () => {
  it('reads headings, marks and links', () => {
    const html = '<h2>One <em>two</em></h2><p><b>bold</b> <a href="https://example.org/">x</a></p>';
    expect(paste(html).toJSON()).toEqual(
      doc(
        h(2, 'One ', marked('two', 'italic')),
        p(marked('bold', 'bold'), ' ', marked('x', link('https://example.org/'))),
      ).toJSON(),
    );
  });

  it('flattens nested lists to items with their kind and level', () => {
    const html =
      '<ul><li>a<ol><li>b</li><li><p>c</p><p>more of c</p></li></ol></li><li>d</li></ul><p>e</p>';
    expect(paste(html).toJSON()).toEqual(
      doc(
        item('bullet', 0, 'a'),
        item('ordered', 1, 'b'),
        item('ordered', 1, 'c'),
        block('paragraph', { indent: 2 }, 'more of c'),
        item('bullet', 0, 'd'),
        p('e'),
      ).toJSON(),
    );
  });

  it('flattens quotations, also around headings and lists', () => {
    const html =
      '<blockquote><p>a</p><blockquote>b</blockquote><h1>c</h1><ul><li>d</li></ul></blockquote>';
    expect(paste(html).toJSON()).toEqual(
      doc(
        quoted(1, 'a'),
        quoted(2, 'b'),
        block('heading', { level: 1, quote: 1 }, 'c'),
        block('paragraph', { list: 'bullet', quote: 1 }, 'd'),
      ).toJSON(),
    );
  });

  it('reads tables with their caption and header cells', () => {
    const html =
      '<table><caption>T</caption><thead><tr><th>a</th><th>b</th></tr></thead><tbody><tr><td>c</td><td><p>d</p></td></tr></tbody></table>';
    expect(paste(html).toJSON()).toEqual(
      doc(
        table('T', [
          ['a', 'b'],
          ['c', 'd'],
        ]),
      ).toJSON(),
    );
  });

  it('reads rows alone, as copied cells are handed over, as a table', () => {
    const detached = document.implementation.createHTMLDocument('');
    detached.body.innerHTML =
      '<table><tbody><tr><td>a</td><td>b</td></tr><tr><td>c</td><td>d</td></tr></tbody></table>';
    const { content } = chapterParser.parseSlice(detached.querySelector('tbody')!);
    expect(content.childCount).toBe(1);
    const grid = content.firstChild!.lastChild!;
    expect(grid.children.map((row) => row.children.map((cell) => cell.textContent))).toEqual([
      ['a', 'b'],
      ['c', 'd'],
    ]);
  });

  it('keeps the text of a table in a table cell, line by line', () => {
    const html = '<table><tr><td>a<table><tr><td>b</td></tr></table></td></tr></table>';
    expect(paste(html).textContent).toBe('ab');
  });

  it('keeps line breaks inside a paragraph as newlines', () => {
    expect(paste('<p>a<br>b</p>').toJSON()).toEqual(doc(p('a\nb')).toJSON());
  });

  it('keeps code with its spaces and lines', () => {
    const pasted = paste('<pre data-lang="ts"><code>a  b\n  c</code></pre>');
    expect(pasted.toJSON()).toEqual(doc(block('code_block', { lang: 'ts' }, 'a  b\n  c')).toJSON());
  });

  it('keeps loose text loose, so that it goes into the line at the caret', () => {
    const detached = document.implementation.createHTMLDocument('');
    detached.body.innerHTML = 'just <b>words</b>';
    const slice = chapterParser.parseSlice(detached.body, { preserveWhitespace: false });
    expect(slice.content.firstChild?.isInline).toBe(true);
  });
});

describe('pasting what could do harm', () => {
  it('drops scripts, styles, forms and frames with what is in them', () => {
    const html =
      '<p>a<script>alert(1)</script><style>p{}</style><iframe src="x">i</iframe><svg><a href="x">s</a></svg><textarea>t</textarea></p>';
    expect(paste(html).textContent).toBe('a');
  });

  it.each([
    'javascript:alert(1)',
    ' JavaScript:alert(1)',
    'java\nscript:alert(1)',
    '\u0001javascript:alert(1)',
    'data:text/html,<script>alert(1)</script>',
    'vbscript:x',
  ])('takes the words of a link to %j, and not the link', (href) => {
    const detached = document.createElement('a');
    detached.setAttribute('href', href);
    detached.textContent = 'words';
    const result = paste(`<p>${detached.outerHTML}</p>`);
    expect(result.toJSON()).toEqual(doc(p('words')).toJSON());
  });

  it('loads no image of another host: it becomes a link', () => {
    const result = paste(
      '<p><img src="https://tracker.example/x.png" alt="pixel" onerror="x()"></p>',
    );
    expect(result.toJSON()).toEqual(
      doc(p(marked('pixel', link('https://tracker.example/x.png')))).toJSON(),
    );
    expect(paste('<img src="//tracker.example/x.png" alt="p">').textContent).toBe('p');
  });

  it('reads thousands of nested elements as their text', () => {
    const depth = 1_500;
    const detached = document.implementation.createHTMLDocument('');
    let inner: Element = detached.body;
    for (let level = 0; level < depth; level++) {
      const next = detached.createElement(level % 2 === 0 ? 'blockquote' : 'div');
      inner.append(next);
      inner = next;
    }
    inner.append('deep');
    const slice = chapterParser.parseSlice(detached.body, { preserveWhitespace: false });
    expect(slice.content.textBetween(0, slice.content.size)).toBe('deep');
  });
});

describe('copying', () => {
  it('writes flat lists and quotations as nested HTML', () => {
    const html = copy(
      doc(item('bullet', 0, 'a'), item('ordered', 1, 'b'), item('bullet', 0, 'c'), quoted(1, 'd')),
    );
    expect(html).toBe(
      '<ul><li><p>a</p><ol><li><p>b</p></li></ol></li><li><p>c</p></li></ul><blockquote><p>d</p></blockquote>',
    );
  });

  it.each<[string, Node]>([
    [
      'lists',
      doc(item('bullet', 0, 'a'), item('ordered', 1, 'b'), item('ordered', 1, 'c'), p('d')),
    ],
    ['a level left out', doc(item('bullet', 2, 'a'), item('bullet', 0, 'b'))],
    [
      'a paragraph inside an item',
      doc(item('ordered', 0, 'a'), block('paragraph', { indent: 1 }, 'b')),
    ],
    [
      'quotations',
      doc(quoted(2, 'a'), quoted(1, 'b'), block('paragraph', { list: 'bullet', quote: 1 }, 'c')),
    ],
    [
      'formulas, code and equations',
      doc(
        p('a', math('x^2')),
        block('code_block', { lang: 'c' }, 'x\n  y'),
        block('equation', {}, 'a\\\\b'),
      ),
    ],
    ['images', doc(block('image', { src: '/f/1', alt: 'A', width: 40 }, 'caption'), p('b'))],
    [
      'tables',
      doc(
        table('T', [
          ['a', 'b'],
          ['c', 'd'],
        ]),
        p('x'),
      ),
    ],
    ['line breaks', doc(p('a\nb'))],
  ])('gives back %s as they were when pasted again', (_name, node) => {
    expect(paste(copy(node)).toJSON()).toEqual(node.toJSON());
  });
});
