import type { Html, PhrasingContent } from 'mdast';
import type { Inline } from '@plenary/report-model';
import { cleanInlines } from '../normalise.ts';
import { runsOf, type Run } from '../runs.ts';

/**
 * Where the inlines go. On one line a break is a space (a heading has no second line); in a cell it
 * is a `<br>`, and a bar in mathematics is written as a command, since any bar ends the cell.
 */
export type PhrasingPlace = 'paragraph' | 'one-line' | 'cell';

/** Turns inlines into phrasing content. Nothing to show, or nothing but breaks, gives an empty
 * list. */
export function phrasing(
  inlines: readonly Inline[],
  place: PhrasingPlace = 'paragraph',
): PhrasingContent[] {
  const clean = cleanInlines(inlines).map(withoutMarksOnBreaks);
  if (clean.every((inline) => inline.kind === 'break')) return [];
  return endBreaks(nodesOf(runsOf(clean), place));
}

/** Plain text as phrasing content; '' gives an empty list, newlines are spaces. */
export function textNodes(text: string): PhrasingContent[] {
  return text === '' ? [] : [{ type: 'text', value: text.replaceAll(/[\r\n]+/g, ' ') }];
}

function nodesOf(runs: readonly Run[], place: PhrasingPlace): PhrasingContent[] {
  return joinNeighbours(
    runs.flatMap((run) => {
      if (run.kind === 'leaf') return leafNodes(run.inline, place);
      return markedNodes(run, nodesOf(run.children, place));
    }),
  );
}

function markedNodes(
  run: Run & { readonly kind: 'marked' },
  children: PhrasingContent[],
): PhrasingContent[] {
  switch (run.mark) {
    case 'link':
      return [{ type: 'link', url: run.href, title: null, children }];
    case 'bold':
      return [{ type: 'strong', children }];
    case 'italic':
      return [{ type: 'emphasis', children }];
    case 'strike':
      return [{ type: 'delete', children }];
    case 'underline':
      return [html('<u>'), ...children, html('</u>')];
    case 'superscript':
      return [html('<sup>'), ...children, html('</sup>')];
    case 'subscript':
      return [html('<sub>'), ...children, html('</sub>')];
  }
}

function leafNodes(inline: Inline, place: PhrasingPlace): PhrasingContent[] {
  switch (inline.kind) {
    case 'text':
      if (inline.marks.code === true) return [{ type: 'inlineCode', value: inline.text }];
      return [{ type: 'text', value: inline.text }];
    case 'break':
      if (place === 'cell') return [html('<br>')];
      return place === 'one-line' ? [{ type: 'text', value: ' ' }] : [{ type: 'break' }];
    case 'math': {
      const line = inline.tex.replaceAll(/\s+/g, ' ').trim();
      if (line === '') return [];
      const value = place === 'cell' ? withoutBars(line) : line;
      return [{ type: 'inlineMath', value }];
    }
    case 'unknown':
      return [{ type: 'inlineCode', value: inline.description.replaceAll(/[\r\n]+/g, ' ') }];
  }
}

/** Code beside code is one piece of code; mathematics beside mathematics is kept apart. */
function joinNeighbours(nodes: readonly PhrasingContent[]): PhrasingContent[] {
  const joined: PhrasingContent[] = [];
  for (const node of nodes) {
    const last = joined.at(-1);
    if (last?.type === 'inlineCode' && node.type === 'inlineCode') {
      joined[joined.length - 1] = { ...last, value: last.value + node.value };
    } else if (last?.type === 'text' && node.type === 'text') {
      joined[joined.length - 1] = { ...last, value: last.value + node.value };
    } else {
      if (last?.type === 'inlineMath' && node.type === 'inlineMath') joined.push(html('<!-- -->'));
      joined.push(node);
    }
  }
  return joined;
}

/** A backslash at the end of a line does not work just before a mark ends, so breaks end all marks. */
function withoutMarksOnBreaks(inline: Inline): Inline {
  return inline.kind === 'break' ? { kind: 'break', marks: {} } : inline;
}

/** At the end of a paragraph a backslash would be a backslash, so a last break is written out. */
function endBreaks(nodes: PhrasingContent[]): PhrasingContent[] {
  return nodes.at(-1)?.type === 'break' ? [...nodes.slice(0, -1), html('<br>')] : nodes;
}

function withoutBars(tex: string): string {
  return tex.replaceAll('\\|', '\\Vert ').replaceAll('|', '\\vert ');
}

function html(value: string): Html {
  return { type: 'html', value };
}
