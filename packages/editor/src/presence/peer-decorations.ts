import type { Node } from '@tiptap/pm/model';
import { Decoration, DecorationSet } from '@tiptap/pm/view';
import type { Peer } from './peers.ts';

/** A peer whose positions were found in the document. */
export interface PlacedPeer extends Peer {
  readonly from: number;
  readonly to: number;
  readonly caret: number;
}

/** Draws the carets with names and the selections of other people. */
export function peerDecorations(doc: Node, peers: readonly PlacedPeer[]): DecorationSet {
  const decorations = peers.flatMap((peer) => {
    const caret = Decoration.widget(peer.caret, () => caretElement(peer), {
      // A caret that moved is drawn anew, which shows its name again for a while.
      key: `peer ${peer.clientId} ${peer.name} ${peer.color} ${JSON.stringify(peer.head)}`,
      // Before one's own caret where both are at one place: what one types then stands behind it,
      // and after a line break one's caret is not at the end of a text node, where Chromium would
      // put the next letter before the break.
      side: -1,
      ignoreSelection: true,
    });
    if (peer.from === peer.to) return [caret];
    const selection = Decoration.inline(peer.from, peer.to, {
      class: 'peer-selection',
      style: `--peer:${peer.color}`,
    });
    return [selection, caret];
  });
  return DecorationSet.create(doc, decorations);
}

function caretElement(peer: Peer): HTMLElement {
  const caret = document.createElement('span');
  caret.className = 'peer-caret';
  caret.style.setProperty('--peer', peer.color);
  // Who writes where is in the list of faces; read out here it would break up every sentence.
  caret.setAttribute('aria-hidden', 'true');
  const name = document.createElement('span');
  name.className = 'peer-name';
  name.textContent = peer.name;
  name.style.color = isLight(peer.color) ? '#101418' : '#ffffff';
  caret.append('\u{2060}', name, '\u{2060}');
  return caret;
}

/** Whether dark letters are easier to read on the colour (WCAG 2.2, relative luminance). */
function isLight(color: string): boolean {
  const channel = (at: number): number => {
    const value = Number.parseInt(color.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  };
  const luminance = 0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5);
  return luminance > 0.179;
}
