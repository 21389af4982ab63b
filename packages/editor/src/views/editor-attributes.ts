import type { EditorLabels } from '../types.ts';

/** The attributes of the editor's element: its name and role, and the words the style sheet shows. */
export function editorAttributes(
  labels: EditorLabels,
  isEditable: boolean,
): Record<string, string> {
  return {
    class: 'plenary-editor',
    role: 'textbox',
    'aria-multiline': 'true',
    'aria-label': labels.editor,
    'aria-readonly': String(!isEditable),
    // A text that cannot be typed in can still be read and scrolled by keyboard.
    tabindex: '0',
    style: `--label-caption:${cssString(labels.caption)};--label-unknown:${cssString(labels.unknownContent)}`,
  };
}

/** A string as CSS writes it. */
function cssString(text: string): string {
  const escaped = text.replaceAll(
    /["\\\n\r\f;{}<]/gu,
    (char) => `\\${char.codePointAt(0)!.toString(16)} `,
  );
  return `"${escaped}"`;
}
