import { type EditorState, Plugin, PluginKey, type Transaction } from '@tiptap/pm/state';
import { DecorationSet, type EditorView } from '@tiptap/pm/view';
import type { Awareness } from 'y-protocols/awareness';
import { type FollowMeta, followKey } from '../binding/binding.ts';
import { readSelection } from '../input/browser-selection.ts';
import { peerDecorations, type PlacedPeer } from './peer-decorations.ts';
import { type Peer, peersOf } from './peers.ts';
import { Throttle } from './throttle.ts';

/** Turns positions of the page into positions of the document that survive edits, and back. */
export interface PlaceCodec {
  /** A JSON value naming the place, or null when it has none. */
  toShared(state: EditorState, pos: number): unknown;
  /** The position now, or null when the place is gone or the value is none. */
  toPosition(state: EditorState, shared: unknown): number | null;
}

/** How often one's own caret is told to others, and theirs are drawn anew, at most. */
const PRESENCE_INTERVAL_MS = 80;

/** About one frame: what was typed is drawn before others are told where the caret is. */
const AFTER_PAINT_MS = 20;

const presenceKey = new PluginKey<DecorationSet>('presence');

/**
 * Shows other people's carets and selections, and tells them one's own while the editor has the
 * focus. Between two messages the carets follow the text by themselves.
 */
export function presencePlugin(awareness: Awareness, codec: PlaceCodec): Plugin<DecorationSet> {
  return new Plugin<DecorationSet>({
    key: presenceKey,
    state: {
      init: () => DecorationSet.empty,
      apply: (tr: Transaction, decorations, _old, state) => {
        const follow = tr.getMeta(followKey) as FollowMeta | undefined;
        // Blocks that were replaced took the carets in them along.
        if (tr.getMeta(presenceKey) === true || follow?.isStructural === true) {
          return peerDecorations(state.doc, placePeers(state, peersOf(awareness), codec));
        }
        return tr.docChanged ? decorations.map(tr.mapping, tr.doc) : decorations;
      },
    },
    props: { decorations: (state) => presenceKey.getState(state) },
    view: (view) => new PresenceView(view, awareness, codec),
  });
}

class PresenceView {
  readonly #view: EditorView;
  readonly #awareness: Awareness;
  readonly #codec: PlaceCodec;
  readonly #drawing: Throttle;
  readonly #telling: Throttle;
  #told = 'null';
  /** Somebody's place was not found when the carets were drawn: their text may still be on its way. */
  #isSomebodyLost = false;

  constructor(view: EditorView, awareness: Awareness, codec: PlaceCodec) {
    this.#view = view;
    this.#awareness = awareness;
    this.#codec = codec;
    this.#drawing = new Throttle(() => this.#draw(), PRESENCE_INTERVAL_MS);
    this.#telling = new Throttle(() => this.#tell(), PRESENCE_INTERVAL_MS, {
      firstMs: AFTER_PAINT_MS,
    });
    awareness.on('change', this.#onChange);
    view.dom.addEventListener('focus', this.#onFocus);
    view.dom.addEventListener('blur', this.#onFocus);
    this.#drawing.request();
  }

  update(view: EditorView, before: EditorState): void {
    if (this.#isSomebodyLost && before.doc !== view.state.doc) this.#drawing.request();
    if (!before.selection.eq(view.state.selection) || before.doc !== view.state.doc) {
      this.#telling.request();
    }
  }

  destroy(): void {
    this.#drawing.close();
    this.#telling.close();
    this.#awareness.off('change', this.#onChange);
    this.#view.dom.removeEventListener('focus', this.#onFocus);
    this.#view.dom.removeEventListener('blur', this.#onFocus);
    this.#publish(null);
  }

  readonly #onFocus = (): void => this.#telling.request();

  readonly #onChange = (change: {
    added: number[];
    updated: number[];
    removed: number[];
  }): void => {
    const own = this.#awareness.clientID;
    const isOnlyOwn = [...change.added, ...change.updated, ...change.removed].every(
      (clientId) => clientId === own,
    );
    if (!isOnlyOwn) this.#drawing.request();
  };

  #draw(): void {
    if (this.#view.isDestroyed) return;
    readSelection(this.#view);
    this.#view.dispatch(this.#view.state.tr.setMeta(presenceKey, true));
    const { state } = this.#view;
    this.#isSomebodyLost = peersOf(this.#awareness).some(
      ({ head }) => this.#codec.toPosition(state, head) === null,
    );
  }

  #tell(): void {
    const { state } = this.#view;
    if (!this.#view.hasFocus()) {
      this.#publish(null);
      return;
    }
    const { anchor, head } = state.selection;
    this.#publish({
      anchor: this.#codec.toShared(state, anchor),
      head: this.#codec.toShared(state, head),
    });
  }

  #publish(cursor: { anchor: unknown; head: unknown } | null): void {
    const told = JSON.stringify(cursor);
    if (told === this.#told || this.#awareness.getLocalState() === null) return;
    this.#told = told;
    this.#awareness.setLocalStateField('cursor', cursor);
  }
}

function placePeers(state: EditorState, peers: readonly Peer[], codec: PlaceCodec): PlacedPeer[] {
  return peers.flatMap((peer) => {
    const anchor = codec.toPosition(state, peer.anchor);
    const caret = codec.toPosition(state, peer.head);
    if (caret === null) return [];
    const from = Math.min(anchor ?? caret, caret);
    const to = Math.max(anchor ?? caret, caret);
    return [{ ...peer, from, to, caret }];
  });
}
