import { InputRule, inputRules } from '@tiptap/pm/inputrules';
import type { Attrs, NodeType } from '@tiptap/pm/model';
import {
  type Command,
  type EditorState,
  NodeSelection,
  type Plugin,
  type Transaction,
} from '@tiptap/pm/state';
import type { MarkName } from '../commands/marks.ts';
import { type BlockPlace, MAX_INDENT, placeOf } from '../schema/block-attributes.ts';
import { blockAround } from '../schema/flow.ts';
import { chapterSchema } from '../schema/schema.ts';

const { nodes } = chapterSchema;

/** Three backticks and the name of a language. */
const CODE_FENCE = /^```([a-z0-9+#-]*)/u;

/** What a paragraph becomes. */
interface BlockKind {
  readonly type: NodeType;
  readonly attrs: Attrs;
}

/**
 * What people type out of habit from Markdown: `# ` to `#### ` headings, `- ` and `* ` bullets,
 * `1. ` numbers, `> ` quotations, three backticks code, `---` a rule, `$$ ` an equation; and around
 * words `**bold**`, `*italic*`, `` `code` ``, `~~strike~~`, `$tex$`. One Backspace brings back what
 * was typed.
 */
export function markdownRules(): Plugin {
  return inputRules({
    rules: [
      blockRule(/^(#{1,4})\s$/u, (match) => ({
        type: nodes['heading']!,
        attrs: { level: match[1]!.length },
      })),
      placeRule(/^[-*+]\s$/u, () => ({ list: 'bullet' })),
      placeRule(/^1[.)]\s$/u, () => ({ list: 'ordered' })),
      placeRule(/^>\s$/u, ({ quote }) => ({ quote: Math.min(MAX_INDENT, quote + 1) })),
      blockRule(new RegExp(`${CODE_FENCE.source}\\s$`, 'u'), codeOf),
      blockRule(/^\$\$\s$/u, () => ({ type: nodes['equation']!, attrs: {} })),
      ruleRule(),
      markRule(/(?:^|[^*])(\*\*([^*\s](?:[^*]*[^*\s])?)\*\*)$/u, 'bold'),
      markRule(/(?:^|[^*])(\*([^*\s](?:[^*]*[^*\s])?)\*)$/u, 'italic'),
      markRule(/(?:^|[\s(])(_([^_\s](?:[^_]*[^_\s])?)_)$/u, 'italic'),
      markRule(/(?:^|[^~])(~~([^~\s](?:[^~]*[^~\s])?)~~)$/u, 'strike'),
      markRule(/(?:^|[^`])(`([^`]+)`)$/u, 'code'),
      mathRule(),
    ],
  });
}

/** Enter right after three backticks or `$$` that are all of a paragraph does what a space does there. */
export const fenceOnEnter: Command = (state, dispatch) => {
  const { empty, $from } = state.selection;
  const block = blockForRule(state, $from.pos);
  const text = $from.parent.textContent;
  // Up to the caret and to the end of the paragraph, without formulas or breaks in between.
  if (!empty || block === null || $from.parentOffset !== text.length) return false;
  if ($from.parent.content.size !== text.length) return false;
  const fence = new RegExp(`${CODE_FENCE.source}$`, 'u').exec(text);
  if (fence === null && text !== '$$') return false;
  const { type, attrs } = fence === null ? { type: nodes['equation']!, attrs: {} } : codeOf(fence);
  dispatch?.(
    state.tr
      .delete($from.start(), $from.pos)
      .setNodeMarkup(block.pos, type, { ...placeOf(block.node.attrs), ...attrs })
      .scrollIntoView(),
  );
  return true;
};

function codeOf(match: RegExpMatchArray): BlockKind {
  return { type: nodes['code_block']!, attrs: { lang: match[1] ?? '' } };
}

/** A pattern at the start of a paragraph that gives it another type. */
function blockRule(pattern: RegExp, target: (match: RegExpMatchArray) => BlockKind): InputRule {
  return new InputRule(pattern, (state, match, start, end) => {
    const block = blockForRule(state, start);
    if (block === null) return null;
    const { type, attrs } = target(match);
    return state.tr
      .delete(start, end)
      .setNodeMarkup(block.pos, type, { ...placeOf(block.node.attrs), ...attrs });
  });
}

/** A pattern at the start of a paragraph that puts it into a list or quotation. */
function placeRule(pattern: RegExp, change: (place: BlockPlace) => Attrs): InputRule {
  return new InputRule(pattern, (state, _match, start, end) => {
    const block = blockForRule(state, start);
    if (block === null) return null;
    const tr = state.tr.delete(start, end);
    for (const [name, value] of Object.entries(change(placeOf(block.node.attrs)))) {
      tr.setNodeAttribute(block.pos, name, value);
    }
    return tr;
  });
}

function ruleRule(): InputRule {
  return new InputRule(/^(?:---|___|\*\*\*)$/u, (state, _match, start, end) => {
    const block = blockForRule(state, start);
    if (block === null || block.node.content.size !== end - start) return null;
    const tr = state.tr.delete(start, end);
    const paragraph = tr.doc.nodeAt(block.pos)!;
    return tr.insert(block.pos, nodes['rule']!.create(placeOf(paragraph.attrs)));
  });
}

/** `**words**`: the second group is what gets the mark, the first is what is replaced by it. */
function markRule(pattern: RegExp, name: MarkName): InputRule {
  return new InputRule(
    pattern,
    (state, match, start, end) => {
      const [whole, typed, words] = match;
      if (typed === undefined || words === undefined) return null;
      const from = start + whole.lastIndexOf(typed);
      const open = typed.indexOf(words);
      const textFrom = from + open;
      const textTo = textFrom + words.length;
      const tr = state.tr;
      // The last character typed is not in the document yet.
      if (textTo < end) tr.delete(textTo, end);
      tr.delete(from, textFrom);
      const mark = chapterSchema.marks[name]!;
      tr.addMark(from, from + words.length, mark.create());
      return tr.removeStoredMark(mark);
    },
    { inCodeMark: false },
  );
}

function mathRule(): InputRule {
  return new InputRule(
    /(?:^|[^$\\\d])(\$([^$\s](?:[^$]*[^$\s])?)\$)$/u,
    (state, match, start, end): Transaction | null => {
      const [whole, typed, tex] = match;
      if (typed === undefined || tex === undefined) return null;
      const from = start + whole.lastIndexOf(typed);
      return state.tr.replaceWith(from, end, nodes['math']!.create({ tex }));
    },
    { inCodeMark: false },
  );
}

function blockForRule(state: EditorState, start: number) {
  if (state.selection instanceof NodeSelection) return null;
  const block = blockAround(state.doc.resolve(start));
  const isText = block?.node.type.name === 'paragraph' || block?.node.type.name === 'heading';
  return isText ? block : null;
}
