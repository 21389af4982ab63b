import type { Mark, Node } from '@tiptap/pm/model';

/**
 * A flow read as a line of tokens, as the document's format has it: a token where each block begins
 * (the marker), its text and inline atoms, and for a table the grid after its caption. A block's end
 * is no token: to join two blocks is to delete the second one's marker.
 */
export type Token =
  | { readonly kind: 'marker'; readonly node: Node }
  | { readonly kind: 'text'; readonly text: string; readonly marks: readonly Mark[] }
  | { readonly kind: 'atom'; readonly node: Node }
  | { readonly kind: 'grid'; readonly node: Node };

/** The tokens of a flow from the position `from` up to `to`; `start` is where its content starts. */
export function tokensBetween(
  flow: Node,
  start: number,
  range: { readonly from: number; readonly to: number },
): Token[] {
  const { from, to } = range;
  const tokens: Token[] = [];
  let pos = start;
  for (let index = 0; index < flow.childCount && pos < to; index++) {
    const block = flow.child(index);
    const end = pos + block.nodeSize;
    if (end > from) {
      if (pos >= from) tokens.push({ kind: 'marker', node: block });
      const holder = textHolder(block);
      const textStart = pos + 1 + (holder === block ? 0 : 1);
      pushInlines(tokens, holder, { from: from - textStart, to: to - textStart });
      const gridPos = textStart + holder.content.size + 1;
      if (holder !== block && gridPos >= from && gridPos < to) {
        tokens.push({ kind: 'grid', node: block.child(1) });
      }
    }
    pos = end;
  }
  return tokens;
}

/** The node that holds a block's inline content: a table's caption, else the block itself. */
export function textHolder(block: Node): Node {
  return block.type.name === 'table' ? block.firstChild! : block;
}

/** How many positions a token takes in a text of the model; markers and grids take none. */
export function tokenLength(token: Token): number {
  if (token.kind === 'text') return token.text.length;
  return token.kind === 'atom' ? 1 : 0;
}

/** Two lines of tokens without what is the same at their beginnings and at their ends. */
export interface TrimmedTokens {
  readonly before: Token[];
  readonly after: Token[];
  /** The tokens left away at the beginning, which are the same in both. */
  readonly head: Token[];
}

/** Leaves away what two lines of tokens share at their beginnings and ends. */
export function trimTokens(before: readonly Token[], after: readonly Token[]): TrimmedTokens {
  const old = [...before];
  const now = [...after];
  const head: Token[] = [];
  while (old.length > 0 && now.length > 0) {
    const shared = sharedStart(old[0]!, now[0]!);
    if (shared === null) break;
    head.push(shared);
    dropStart(old, shared);
    dropStart(now, shared);
  }
  while (old.length > 0 && now.length > 0) {
    const shared = sharedEnd(old.at(-1)!, now.at(-1)!);
    if (shared === null) break;
    dropEnd(old, shared);
    dropEnd(now, shared);
  }
  return { before: old, after: now, head };
}

function pushInlines(
  tokens: Token[],
  holder: Node,
  range: { readonly from: number; readonly to: number },
): void {
  if (range.to <= 0 || range.from >= holder.content.size) return;
  holder.nodesBetween(
    Math.max(0, range.from),
    Math.min(holder.content.size, range.to),
    (node, pos) => {
      if (node.type.name === 'hard_break') {
        tokens.push({ kind: 'text', text: '\n', marks: node.marks });
        return false;
      }
      if (!node.isText) {
        // Only an atom that begins inside the range is in it; it is one position wide.
        tokens.push({ kind: 'atom', node });
        return false;
      }
      const text = node.text!.slice(Math.max(0, range.from - pos), Math.max(0, range.to - pos));
      if (text !== '') tokens.push({ kind: 'text', text, marks: node.marks });
      return false;
    },
  );
}

/**
 * What two tokens share at their start: all of one of them, if that is most of the other. Texts that
 * merely begin alike share nothing: words put in the place of others are new words, and must not go when somebody else
 * deletes the old ones at the same time.
 */
function sharedStart(a: Token, b: Token): Token | null {
  if (a.kind === 'text' && b.kind === 'text') {
    if (!sameMarks(a.marks, b.marks)) return null;
    const [short, long] = a.text.length <= b.text.length ? [a, b] : [b, a];
    if (!isMostOf(short.text, long.text) || isInsidePair(long.text, short.text.length)) return null;
    return long.text.startsWith(short.text) ? short : null;
  }
  return sameToken(a, b) ? a : null;
}

function sharedEnd(a: Token, b: Token): Token | null {
  if (a.kind === 'text' && b.kind === 'text') {
    if (!sameMarks(a.marks, b.marks)) return null;
    const [short, long] = a.text.length <= b.text.length ? [a, b] : [b, a];
    const cut = long.text.length - short.text.length;
    if (!isMostOf(short.text, long.text) || isInsidePair(long.text, cut)) return null;
    return long.text.endsWith(short.text) ? short : null;
  }
  // A grid is left to its marker, which stands before it.
  return a.kind !== 'grid' && sameToken(a, b) ? a : null;
}

function isMostOf(part: string, whole: string): boolean {
  return part.length * 2 >= whole.length;
}

/** Whether a cut there would part the two halves of one character outside the basic plane. */
function isInsidePair(text: string, at: number): boolean {
  if (at <= 0 || at >= text.length) return false;
  const unit = text.charCodeAt(at);
  const before = text.charCodeAt(at - 1);
  return unit >= 0xdc00 && unit <= 0xdfff && before >= 0xd800 && before <= 0xdbff;
}

function sameToken(a: Token, b: Token): boolean {
  if (a.kind === 'text' || b.kind === 'text' || a.kind !== b.kind) return false;
  // A table is the same only with its grid, which may stand outside of what is compared.
  if (a.kind === 'marker' && a.node.type.name !== 'table') return a.node.sameMarkup(b.node);
  return a.node.eq(b.node);
}

function sameMarks(a: readonly Mark[], b: readonly Mark[]): boolean {
  return a.length === b.length && a.every((mark, index) => mark.eq(b[index]!));
}

function dropStart(tokens: Token[], shared: Token): void {
  const first = tokens.shift()!;
  if (first.kind !== 'text') return;
  const rest = first.text.slice(tokenLength(shared));
  if (rest !== '') tokens.unshift({ ...first, text: rest });
}

function dropEnd(tokens: Token[], shared: Token): void {
  const last = tokens.pop()!;
  if (last.kind !== 'text') return;
  const rest = last.text.slice(0, last.text.length - tokenLength(shared));
  if (rest !== '') tokens.push({ ...last, text: rest });
}
