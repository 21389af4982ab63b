import { EditorState, type Plugin, type Transaction } from '@tiptap/pm/state';
import type { Doc } from 'yjs';
import { ChapterBinding, type StateHost } from '../binding/binding.ts';

/** An editor without a page: a state bound to a document, checked after every change. */
export class HeadlessEditor implements StateHost {
  readonly binding: ChapterBinding;
  readonly mismatches: string[] = [];
  state: EditorState;
  composing = false;

  constructor(doc: Doc, plugins: readonly Plugin[] = []) {
    this.binding = new ChapterBinding(doc, true, {
      isChecked: true,
      onMismatch: (what) => this.mismatches.push(what),
    });
    this.state = EditorState.create({
      doc: this.binding.initialDoc(),
      plugins: [this.binding.plugin, ...plugins],
    });
    this.binding.attach(this);
  }

  dispatch(tr: Transaction): void {
    const { state, transactions } = this.state.applyTransaction(tr);
    this.state = state;
    this.binding.send(transactions);
  }

  close(): void {
    this.binding.close();
  }
}
