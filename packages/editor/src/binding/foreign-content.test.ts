import { describe, expect, it } from 'vitest';
import * as Y from 'yjs';
import { HeadlessEditor } from '../testing/headless-editor.ts';

/** An editor that opens what somebody else's program wrote, and counts what opening writes. */
function open(write: (doc: Y.Doc) => void): { editor: HeadlessEditor; writes: () => number } {
  const source = new Y.Doc();
  write(source);
  const doc = new Y.Doc();
  Y.applyUpdate(doc, Y.encodeStateAsUpdate(source));
  let writes = 0;
  doc.on('update', () => writes++);
  return { editor: new HeadlessEditor(doc), writes: () => writes };
}

function type(editor: HeadlessEditor, text: string, pos: number): void {
  editor.dispatch(editor.state.tr.insertText(text, pos));
}

describe('[D16] content this version does not know', () => {
  it('[D16] is shown, kept and edited around: a chapter of another editor', () => {
    const { editor, writes } = open((doc) => {
      const paragraph = new Y.XmlElement('paragraph');
      paragraph.insert(0, [new Y.XmlText('their words')]);
      doc.getXmlFragment('body').insert(0, [paragraph]);
    });
    expect(writes()).toBe(0);
    const shown = JSON.stringify(editor.state.doc.toJSON());
    expect(shown).toContain('their words');
    type(editor, 'mine', 1);
    expect(editor.state.doc.textContent).toContain('mine');
    expect(JSON.stringify(editor.state.doc.toJSON())).toContain('their words');
  });

  it('[D16] is shown however deep it is', () => {
    const { editor } = open((doc) => {
      let inner = new Y.XmlElement('p');
      const outer = inner;
      doc.getXmlFragment('body').insert(0, [outer]);
      for (let depth = 0; depth < 3_000; depth++) {
        const next = new Y.XmlElement('p');
        inner.insert(0, [next]);
        inner = next;
      }
    });
    type(editor, 'mine', 1);
    expect(editor.state.doc.textContent).toContain('mine');
  });

  it('[D16] is shown when a type of block, a mark or an attribute is unknown or of the wrong kind', () => {
    const { editor, writes } = open((doc) => {
      const marker = new Y.Map<unknown>();
      marker.set('type', 'hologram');
      const heading = new Y.Map<unknown>();
      heading.set('type', 'heading');
      heading.set('level', 'seven');
      heading.set('indent', -5);
      doc
        .getText('body')
        .applyDelta([
          { insert: 'plain', attributes: { sparkle: true, bold: 'very', link: 'x' } },
          { insert: marker },
          { insert: 'caption' },
          { insert: heading },
          { insert: 'title' },
          { insert: { some: 'embed' } },
        ]);
    });
    expect(writes()).toBe(0);
    const names = editor.state.doc.children.map(({ type: { name } }) => name);
    expect(names).toEqual(['paragraph', 'unknown', 'heading']);
    expect(editor.state.doc.textContent).toContain('caption');
    type(editor, '!', 6);
    const { attributes } = editor.binding.model.doc.getText('body').toDelta()[0] as {
      attributes: unknown;
    };
    expect(attributes).toEqual({ sparkle: true, bold: 'very', link: 'x' });
  });
});
