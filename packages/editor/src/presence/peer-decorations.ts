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
      side: 10,
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
  caret.append('\u{2060}', name, '\u{2060}');
  return caret;
}
