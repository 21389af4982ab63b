import { dropCursor } from '@tiptap/pm/dropcursor';
import { gapCursor } from '@tiptap/pm/gapcursor';
import { EditorState, type Plugin, Selection, type Transaction } from '@tiptap/pm/state';
import { goToNextCell, tableEditing } from '@tiptap/pm/tables';
import { EditorView } from '@tiptap/pm/view';
import { actKind } from './binding/act-kind.ts';
import { ChapterBinding, followKey } from './binding/binding.ts';
import { positionOfPoint } from './binding/places.ts';
import { OwnHistory } from './binding/undo.ts';
import { clipboardPlugin } from './clipboard/clipboard-plugin.ts';
import { deleteSelection } from './commands/delete-selection.ts';
import { createCommands } from './commands/create-commands.ts';
import type { EditorCommands } from './commands/editor-commands.ts';
import { browserSelectionPlugin, readSelection } from './input/browser-selection.ts';
import { caretSyncPlugin } from './input/caret-sync-plugin.ts';
import { compositionPlugin } from './input/composition-plugin.ts';
import { editorKeymap } from './input/keymap.ts';
import { leavePlugin } from './input/leave-plugin.ts';
import { tableBorderPlugin } from './input/table-border-plugin.ts';
import { markdownRules } from './input/markdown-rules.ts';
import { numberingPlugin } from './lists/numbering-plugin.ts';
import { presencePlugin } from './presence/presence-plugin.ts';
import { sameUiState, uiStateOf } from './state/ui-state.ts';
import type { ChapterEditor, ChapterEditorOptions, EditorUiState, FocusPlace } from './types.ts';
import { Uploads } from './uploads/upload-plugin.ts';
import { CoveredEdges } from './views/covered-edges.ts';
import { editorAttributes } from './views/editor-attributes.ts';
import { EquationView } from './views/equation-view.ts';
import { focusedBlockPlugin } from './views/focused-block-plugin.ts';
import { GridView } from './views/grid-view.ts';
import { headingView } from './views/heading-view.ts';
import { MathView } from './views/math-view.ts';
import { placeholderPlugin } from './views/placeholder-plugin.ts';

/**
 * Mounts an editor for one chapter. Opening it writes nothing; everything it adds to the page and to
 * the document goes with `destroy`.
 */
export function createChapterEditor(options: ChapterEditorOptions): ChapterEditor {
  return new MountedEditor(options);
}

class MountedEditor implements ChapterEditor {
  readonly commands: EditorCommands;
  readonly #options: ChapterEditorOptions;
  readonly #binding: ChapterBinding;
  readonly #history: OwnHistory;
  readonly #view: EditorView;
  #state: EditorUiState;
  #isReady = false;
  #name: string;

  constructor(options: ChapterEditorOptions) {
    this.#options = options;
    this.#name = options.labels.editor;
    const { onMismatch } = options;
    this.#binding = new ChapterBinding(options.doc, options.isEditable, {
      ...(onMismatch === undefined ? {} : { onMismatch }),
      beforeFollowing: () => readSelection(this.#view),
    });
    const uploads = new Uploads(options.uploadImage, options.labels);
    const root = options.element.ownerDocument.documentElement;
    this.#view = new EditorView(options.element, {
      state: EditorState.create({
        doc: this.#binding.initialDoc(),
        plugins: this.#plugins(uploads),
      }),
      editable: () => this.#binding.isEditable,
      attributes: () => this.#attributes(),
      scrollThreshold: new CoveredEdges(root),
      scrollMargin: new CoveredEdges(root, 5),
      nodeViews: {
        math: (node, view, getPos) => new MathView(node, { view, getPos }, options),
        equation: (node) => new EquationView(node, options),
        heading: (node) => headingView(node, options.topHeadingLevel ?? 1),
        table_grid: (node) => new GridView(node, options.labels),
      },
      dispatchTransaction: (tr) => this.#dispatch(tr),
      handleDOMEvents: {
        focus: () => this.#tellState(),
        blur: () => this.#tellState(),
      },
    });
    this.#binding.attach(this.#view);
    this.#history = new OwnHistory(this.#binding, this.#view, () => this.#tellState());
    this.commands = createCommands({
      view: this.#view,
      binding: this.#binding,
      history: this.#history,
      uploads,
    });
    this.#isReady = true;
    this.#state = this.#currentState();
    options.onState(this.#state);
  }

  get state(): EditorUiState {
    return this.#state;
  }

  setEditable(isEditable: boolean): void {
    if (this.#view.isDestroyed || this.#binding.isEditable === isEditable) return;
    this.#binding.isEditable = isEditable;
    // The view asks for what is editable, and for its attributes, when its state is set.
    this.#view.setProps({ editable: () => isEditable });
    this.#tellState();
  }

  setName(name: string): void {
    if (this.#view.isDestroyed || this.#name === name) return;
    this.#name = name;
    // The view asks for its attributes when something is set.
    this.#view.setProps({});
  }

  focus(place: FocusPlace = 'keep'): void {
    const { state } = this.#view;
    if (place !== 'keep') {
      const selection =
        place === 'start' ? Selection.atStart(state.doc) : Selection.atEnd(state.doc);
      this.#view.dispatch(state.tr.setSelection(selection).scrollIntoView());
    }
    this.#view.focus();
  }

  showBlock(key: string): boolean {
    const { state } = this.#view;
    const pos = positionOfPoint(this.#binding.model, state.doc, { block: key, offset: 0 });
    if (pos === null) return false;
    this.#view.dispatch(state.tr.setSelection(Selection.near(state.doc.resolve(pos))));
    const { node } = this.#view.domAtPos(pos);
    const element = node instanceof Element ? node : node.parentElement;
    element?.scrollIntoView({ block: 'start' });
    this.#view.focus();
    return true;
  }

  destroy(): void {
    if (this.#view.isDestroyed) return;
    this.#binding.close();
    this.#history.close();
    this.#view.destroy();
  }

  #plugins(uploads: Uploads): Plugin[] {
    const { awareness, labels, onLeave } = this.#options;
    return [
      this.#binding.plugin,
      browserSelectionPlugin(),
      compositionPlugin(this.#binding),
      uploads.plugin,
      clipboardPlugin(this.#binding),
      tableBorderPlugin(),
      markdownRules(),
      caretSyncPlugin(),
      editorKeymap({
        undo: (_state, dispatch) => dispatch === undefined || this.#history.undo(),
        redo: (_state, dispatch) => dispatch === undefined || this.#history.redo(),
        moveBlocksUp: (_state, dispatch) => dispatch === undefined || this.commands.moveBlocksUp(),
        moveBlocksDown: (_state, dispatch) =>
          dispatch === undefined || this.commands.moveBlocksDown(),
        addRowAtEnd: (_state, dispatch) =>
          this.#state.isInTable && (dispatch === undefined || this.#addRowAtEnd()),
      }),
      ...(onLeave === undefined ? [] : [leavePlugin(onLeave)]),
      tableEditing(),
      gapCursor(),
      dropCursor({ color: 'var(--accent)', width: 2 }),
      numberingPlugin(),
      placeholderPlugin(labels.placeholder),
      focusedBlockPlugin(),
      ...(awareness === null ? [] : [presencePlugin(awareness, this.#binding)]),
    ];
  }

  #attributes(): Record<string, string> {
    const labels = { ...this.#options.labels, editor: this.#name };
    return editorAttributes(labels, this.#binding.isEditable);
  }

  /** The caret goes on into the new row, as Tab does between the others. */
  #addRowAtEnd(): boolean {
    if (!this.commands.addRowAfter()) return false;
    return goToNextCell(1)(this.#view.state, (tr) => this.#view.dispatch(tr));
  }

  #dispatch(tr: Transaction): void {
    if (this.#view.isDestroyed) return;
    const isOwnEdit = tr.docChanged && tr.getMeta(followKey) === undefined;
    if (isOwnEdit) this.#history.remember(actKind(tr));
    const before = this.#view.state;
    const { state, transactions } = before.applyTransaction(tr);
    this.#view.updateState(state);
    this.#binding.send(transactions);
    if (isRefusedCut(tr, transactions)) deleteSelection(before, (other) => this.#dispatch(other));
    this.#tellState();
  }

  #tellState(): void {
    if (!this.#isReady || this.#view.isDestroyed) return;
    const state = this.#currentState();
    if (sameUiState(state, this.#state)) return;
    this.#state = state;
    this.#options.onState(state);
  }

  #currentState(): EditorUiState {
    return uiStateOf(this.#view.state, {
      isEditable: this.#binding.isEditable,
      isFocused: this.#view.hasFocus(),
      canUndo: this.#binding.isEditable && this.#history.canUndo,
      canRedo: this.#binding.isEditable && this.#history.canRedo,
    });
  }
}

/** Cutting takes what is selected as it stands, which is refused where it parts a table. */
function isRefusedCut(tr: Transaction, applied: readonly Transaction[]): boolean {
  return applied.length === 0 && tr.docChanged && tr.getMeta('uiEvent') === 'cut';
}
