import type { Node } from '@tiptap/pm/model';
import { Plugin, PluginKey, type Transaction } from '@tiptap/pm/state';
import { Decoration, DecorationSet, type EditorView } from '@tiptap/pm/view';
import { blockAround } from '../schema/flow.ts';
import { chapterSchema } from '../schema/schema.ts';
import type { EditorLabels } from '../types.ts';

/** Sends an image to the server; answers with the path it is shown from. */
export type UploadImage = (file: File) => Promise<{ readonly url: string }>;

/** Images taken from one paste or drop; more at once is a mistake of the hand. */
const MAX_FILES_AT_ONCE = 20;

type UploadMeta =
  | { readonly kind: 'start'; readonly id: object; readonly pos: number; readonly file: File }
  | {
      readonly kind: 'fail';
      readonly id: object;
      /** Where, if nothing stands in for the file yet. */
      readonly pos: number | null;
      readonly file: File;
      /** What the upload was rejected with; null for a file that is no image. */
      readonly why: unknown;
    }
  | { readonly kind: 'end'; readonly id: object };

const uploadKey = new PluginKey<DecorationSet>('uploads');

/**
 * Takes images that are pasted, dropped or chosen: shows a stand-in while one is on its way, which
 * only its author sees, and puts the image block in its place when it is there.
 */
export class Uploads {
  readonly plugin: Plugin<DecorationSet>;
  readonly #upload: UploadImage | null;
  readonly #labels: EditorLabels;

  constructor(upload: UploadImage | null, labels: EditorLabels) {
    this.#upload = upload;
    this.#labels = labels;
    this.plugin = new Plugin<DecorationSet>({
      key: uploadKey,
      state: {
        init: () => DecorationSet.empty,
        apply: (tr, decorations) => this.#apply(tr, decorations),
      },
      props: {
        decorations: (state) => uploadKey.getState(state),
        handlePaste: (view, event) => {
          const data = event.clipboardData;
          // An office program puts a picture of the text beside the text; the text is meant.
          if (data === null || data.types.includes('text/html')) return false;
          // A file's name comes as text beside it: without an image, that is what is pasted.
          if (data.types.includes('text/plain') && ![...data.files].some(isImage)) return false;
          return this.#takeFiles(view, data.files, view.state.selection.to);
        },
        handleDrop: (view, event) => {
          const at = view.posAtCoords({ left: event.clientX, top: event.clientY });
          const files = event.dataTransfer?.files;
          if (at === null || files === undefined) return false;
          return this.#takeFiles(view, files, at.pos);
        },
      },
    });
  }

  /** Whether images can be inserted at all. */
  get isAvailable(): boolean {
    return this.#upload !== null;
  }

  /**
   * Sends an image and inserts it after the block at the position. What is no image is not sent; it
   * is named there as one that failed.
   */
  insert(view: EditorView, file: File, near: number): void {
    const upload = this.#upload;
    if (upload === null) return;
    const id = {};
    const pos = blockBorder(view.state.doc, near);
    const fail = (why: unknown, at: number | null): void => {
      if (view.isDestroyed) return;
      view.dispatch(view.state.tr.setMeta(uploadKey, { kind: 'fail', id, pos: at, file, why }));
    };
    if (!isImage(file)) return fail(null, pos);
    view.dispatch(view.state.tr.setMeta(uploadKey, { kind: 'start', id, pos, file }));
    upload(file).then(
      ({ url }) => this.#finish(view, { id, url, file }),
      (why: unknown) => fail(why, null),
    );
  }

  /** Takes every file, or a browser would leave the page to show the one that is no image. */
  #takeFiles(view: EditorView, files: FileList, near: number): boolean {
    if (files.length === 0 || this.#upload === null || !view.editable) return false;
    for (const file of [...files].slice(0, MAX_FILES_AT_ONCE)) this.insert(view, file, near);
    return true;
  }

  #finish(view: EditorView, done: { id: object; url: string; file: File }): void {
    if (view.isDestroyed) return;
    const [place] = uploadKey.getState(view.state)?.find(undefined, undefined, isOf(done.id)) ?? [];
    const tr = view.state.tr.setMeta(uploadKey, { kind: 'end', id: done.id });
    // The place is gone when somebody deleted what was around it: the image then goes nowhere.
    if (place !== undefined && view.editable) {
      const border = blockBorder(tr.doc, place.from);
      const alt = '';
      tr.insert(border, chapterSchema.nodes['image']!.create({ src: done.url, alt }));
    }
    view.dispatch(tr);
  }

  #apply(tr: Transaction, before: DecorationSet): DecorationSet {
    const decorations = before.map(tr.mapping, tr.doc);
    const meta = tr.getMeta(uploadKey) as UploadMeta | undefined;
    if (meta === undefined) return decorations;
    const old = decorations.find(undefined, undefined, isOf(meta.id));
    const rest = decorations.remove(old);
    if (meta.kind === 'end') return rest;
    const pos = meta.kind === 'start' ? meta.pos : (old[0]?.from ?? meta.pos);
    if (pos === null) return rest;
    return rest.add(tr.doc, [
      Decoration.widget(pos, (view) => this.#standIn(view, meta), { id: meta.id, side: -1 }),
    ]);
  }

  #standIn(view: EditorView, meta: Exclude<UploadMeta, { kind: 'end' }>): HTMLElement {
    const { id, file } = meta;
    const element = document.createElement('span');
    element.className = 'image-pending';
    element.setAttribute('role', 'status');
    if (meta.kind === 'start') {
      element.textContent = this.#labels.uploadingImage(file.name);
      return element;
    }
    element.setAttribute('data-failed', '');
    const dismiss = document.createElement('button');
    dismiss.type = 'button';
    dismiss.textContent = this.#labels.failedImage(file.name, meta.why);
    dismiss.addEventListener('click', () => {
      view.dispatch(view.state.tr.setMeta(uploadKey, { kind: 'end', id }));
      // The button had the focus and is gone.
      view.focus();
    });
    element.append(dismiss);
    return element;
  }
}

function isImage({ type }: File): boolean {
  return type.startsWith('image/');
}

function isOf(id: object) {
  return (spec: { id?: unknown }): boolean => spec.id === id;
}

/** The end of the block around a position: where another block can be put. */
function blockBorder(doc: Node, pos: number): number {
  const $pos = doc.resolve(Math.min(pos, doc.content.size));
  const block = blockAround($pos);
  return block === null ? $pos.pos : block.pos + block.node.nodeSize;
}
