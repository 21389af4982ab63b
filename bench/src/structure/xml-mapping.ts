import { Schema } from '@tiptap/pm/model';
import type { Node } from '@tiptap/pm/model';
import { Transform } from '@tiptap/pm/transform';
import * as yTiptapPackage from '@tiptap/y-tiptap';
import * as yProsemirrorPackage from 'y-prosemirror';
import * as Y from 'yjs';
import { exchange } from './ours.ts';
import { CLIENTS, judge } from './trial.ts';
import type { Mapping, Trial } from './trial.ts';

const schema = new Schema({
  nodes: {
    doc: { content: 'block+' },
    paragraph: { group: 'block', content: 'text*' },
    heading: { group: 'block', content: 'text*', attrs: { level: { default: 1 } } },
    blockquote: { group: 'block', content: 'block+' },
    bulletList: { group: 'block', content: 'listItem+' },
    listItem: { content: 'paragraph block*' },
    text: {},
  },
  marks: { bold: {} },
});

/** The two functions of a mapping of this family that its sync plugin calls for every transaction. */
interface XmlPackage {
  readonly initProseMirrorDoc: (
    fragment: Y.XmlFragment,
    schema: Schema,
  ) => { readonly doc: Node; readonly meta: Meta };
  readonly updateYFragment: (ydoc: Y.Doc, fragment: Y.XmlFragment, doc: Node, meta: Meta) => void;
}
type Meta = ReturnType<typeof yProsemirrorPackage.initProseMirrorDoc>['meta'];

/** Blocks as XML elements, re-created when their structure changes. */
export const yProsemirror: Mapping = xmlMapping('y-prosemirror', yProsemirrorPackage);

/** The same mapping as TipTap ships it. */
export const yTiptap: Mapping = xmlMapping('@tiptap/y-tiptap', yTiptapPackage);

function xmlMapping(name: string, xml: XmlPackage): Mapping {
  return {
    name,
    run(trial) {
      const [author, structure, typist] = Object.values(CLIENTS).map(newDoc);
      if (!author || !structure || !typist) throw new Error('three copies were made');
      edit(xml, author, (doc) =>
        new Transform(doc).replaceWith(0, doc.content.size, firstNodes(trial)),
      );
      exchange(author, structure, typist);
      edit(xml, structure, (doc) => change(doc, trial));
      edit(xml, typist, (doc) => {
        const at = startOf(doc, trial.target) + 1 + trial.typeAt;
        return new Transform(doc).insert(at, schema.text(trial.word));
      });
      exchange(author, structure, typist);
      return judge(
        trial,
        [author, structure, typist].map((ydoc) => describe(xml, ydoc)),
      );
    },
  };
}

function newDoc(client: number): Y.Doc {
  const doc = new Y.Doc();
  doc.clientID = client;
  return doc;
}

/** One ProseMirror transaction: read the shared type, apply it, write the difference back. */
function edit(xml: XmlPackage, ydoc: Y.Doc, apply: (doc: Node) => Transform): void {
  const fragment = ydoc.getXmlFragment('prosemirror');
  const { doc, meta } = xml.initProseMirrorDoc(fragment, schema);
  ydoc.transact(() => xml.updateYFragment(ydoc, fragment, apply(doc).doc, meta));
}

function firstNodes({ paragraphs }: Trial): Node[] {
  return paragraphs.map((text) => schema.node('paragraph', null, [schema.text(text)]));
}

/** Where the n-th block of a document begins. */
function startOf(doc: Node, index: number): number {
  let at = 0;
  for (let child = 0; child < index; child += 1) at += doc.child(child).nodeSize;
  return at;
}

function change(doc: Node, { operation, target, splitAt, moveTo }: Trial): Transform {
  const start = startOf(doc, target);
  const node = doc.child(target);
  const transform = new Transform(doc);
  const range = doc.resolve(start + 1).blockRange();
  if (!range) throw new Error('a paragraph stands in the document');
  switch (operation) {
    case 'join':
      return transform.join(start);
    case 'split':
      return transform.split(start + 1 + splitAt);
    case 'quote':
      return transform.wrap(range, [{ type: schema.nodes['blockquote'] }]);
    case 'list':
      return transform.wrap(range, [
        { type: schema.nodes['bulletList'] },
        { type: schema.nodes['listItem'] },
      ]);
    case 'heading':
      return transform.setBlockType(start, start + node.nodeSize, schema.nodes['heading'], {
        level: 2,
      });
    case 'move': {
      const to = startOf(doc, moveTo);
      transform.insert(to, node);
      const from = to <= start ? start + node.nodeSize : start;
      return transform.delete(from, from + node.nodeSize);
    }
    case 'bold':
      return transform.addMark(start, start + node.nodeSize, schema.mark('bold'));
    default:
      throw new Error('unknown operation');
  }
}

function describe(xml: XmlPackage, ydoc: Y.Doc): Parameters<typeof judge>[1][number] {
  const fragment = ydoc.getXmlFragment('prosemirror');
  const { doc } = xml.initProseMirrorDoc(fragment, schema);
  return {
    text: doc.textBetween(0, doc.content.size, '\n'),
    view: JSON.stringify(doc.toJSON()),
    authors: { author: charactersBy(fragment, CLIENTS.author) },
  };
}

/** Living characters below a shared type that a client typed. */
function charactersBy(type: Y.XmlFragment | Y.XmlText, client: number): number {
  let count = 0;
  for (let item = type._start; item !== null; item = item.right) {
    if (item.deleted) continue;
    if (item.content instanceof Y.ContentString) {
      if (item.id.client === client) count += item.content.str.length;
    } else if (item.content instanceof Y.ContentType) {
      const { type: inner } = item.content;
      if (inner instanceof Y.XmlFragment || inner instanceof Y.XmlText) {
        count += charactersBy(inner, client);
      }
    }
  }
  return count;
}
