export { createChapterEditor } from './create-chapter-editor.ts';
export type {
  ChapterEditor,
  ChapterEditorOptions,
  EditorLabels,
  EditorUiState,
  FocusPlace,
} from './types.ts';
export type { EditorCommands } from './commands/editor-commands.ts';
export type { MarkName } from './commands/marks.ts';
export { hrefFromInput } from './schema/safe-address.ts';
