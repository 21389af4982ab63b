import { ChapterModel, authorRuns, plainText, readChapter } from '@plenary/report-model';
import * as Y from 'yjs';
import { CLIENTS, judge } from './trial.ts';
import type { Mapping, Trial } from './trial.ts';

/** Our document format and its operations. */
export const ours: Mapping = {
  name: 'Plenary',
  run(trial) {
    const [author, structure, typist] = Object.values(CLIENTS).map(newCopy);
    if (!author || !structure || !typist) throw new Error('three copies were made');
    const inputs = trial.paragraphs.map((text) => ({ inlines: [{ kind: 'text' as const, text }] }));
    author.insertContent({ block: 'head', offset: 0 }, inputs, null);
    exchange(author.doc, structure.doc, typist.doc);
    change(structure, trial);
    const key = structureKey(typist, trial.target);
    typist.insertText({ block: key, offset: trial.typeAt }, trial.word, {}, null);
    exchange(author.doc, structure.doc, typist.doc);
    return judge(trial, [author, structure, typist].map(describe));
  },
};

function newCopy(client: number): ChapterModel {
  const doc = new Y.Doc();
  doc.clientID = client;
  return new ChapterModel(doc);
}

function structureKey(model: ChapterModel, index: number): string {
  return model.blocks[index]?.key ?? 'head';
}

function change(
  model: ChapterModel,
  { operation, target, splitAt, moveTo, paragraphs }: Trial,
): void {
  const key = structureKey(model, target);
  switch (operation) {
    case 'join':
      model.joinBackward(key, null);
      return;
    case 'split':
      model.splitBlock({ block: key, offset: splitAt }, {}, null);
      return;
    case 'quote':
      model.setBlocks([key], { quote: 1 }, null);
      return;
    case 'list':
      model.setBlocks([key], { list: 'bullet' }, null);
      return;
    case 'heading':
      model.setBlocks([key], { type: 'heading', level: 2 }, null);
      return;
    case 'move':
      model.moveBlocks([key], model.blocks[moveTo]?.key ?? null, null);
      return;
    case 'bold': {
      const length = paragraphs[target]?.length ?? 0;
      const span = { from: { block: key, offset: 0 }, to: { block: key, offset: length } };
      model.format(span, { set: { bold: true } }, null);
      return;
    }
    default:
      throw new Error('unknown operation');
  }
}

function describe({ doc }: ChapterModel): Parameters<typeof judge>[1][number] {
  const chapter = readChapter(doc);
  const runs = authorRuns(doc.getText('body'));
  const author = runs
    .filter((run) => run.client === CLIENTS.author)
    .reduce((sum, run) => sum + run.text.replaceAll('\u{FFFC}', '').length, 0);
  return { text: plainText(chapter), view: JSON.stringify(chapter), authors: { author } };
}

/** Everything reaches everybody. */
export function exchange(...docs: readonly Y.Doc[]): void {
  for (const from of docs) {
    for (const to of docs) {
      if (from !== to) Y.applyUpdate(to, Y.encodeStateAsUpdate(from, Y.encodeStateVector(to)));
    }
  }
}
