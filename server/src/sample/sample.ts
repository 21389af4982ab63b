import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { chapterUpdates, type SampleUpdate } from './chapter-updates.ts';
import { SAMPLE_PEOPLE, type SamplePerson } from './people.ts';
import type { FileUrl } from './markdown-blocks.ts';

/** A picture of the sample report, to be stored with its document before the chapters are built. */
type SampleFile = {
  readonly name: string;
  readonly type: string;
  readonly bytes: Uint8Array;
};

/** A chapter of the sample report. */
export type SampleChapter = {
  readonly title: string;
  /** Builds the chapter's updates, in order, once it is known where its pictures are. */
  updates(fileUrl: FileUrl): readonly SampleUpdate[];
};

/** What `npm start -- --sample` puts into an empty installation. */
export type Sample = {
  readonly activity: { readonly reference: string; readonly title: string; readonly type: string };
  readonly people: readonly SamplePerson[];
  readonly documents: readonly {
    readonly title: string;
    readonly files: readonly SampleFile[];
    readonly chapters: readonly SampleChapter[];
  }[];
};

const TITLE = 'Resilient sensing with low-cost acoustic arrays in cluttered littoral environments';

const CHAPTERS = [
  { file: '01-summary.md', title: 'Executive summary' },
  { file: '02-introduction.md', title: 'Introduction' },
  { file: '03-environment.md', title: 'The littoral environment' },
  { file: '04-array.md', title: 'The array' },
  { file: '05-processing.md', title: 'From sound to tracks' },
  { file: '06-trial.md', title: 'The trial' },
  { file: '07-results.md', title: 'Results' },
  { file: '08-conclusions.md', title: 'Conclusions and recommendations' },
] as const;

const FILES = [
  'halmwick-sound.png',
  'beam-pattern.png',
  'lost-hydrophones.png',
  'working-nodes.png',
] as const;

/** Reads the sample: an invented activity, three invented people and the report they write. */
export function readSample(): Sample {
  return {
    activity: { reference: 'SAMPLE-901', title: TITLE, type: 'RTG' },
    people: SAMPLE_PEOPLE,
    documents: [
      {
        title: `${TITLE}: technical report`,
        files: FILES.map((name) => ({ name, type: 'image/png', bytes: read('files', name) })),
        chapters: CHAPTERS.map(({ file, title }) => ({
          title,
          updates: (fileUrl) => chapterUpdates(read('chapters', file).toString(), fileUrl),
        })),
      },
    ],
  };
}

function read(folder: string, name: string): Buffer {
  return readFileSync(join(import.meta.dirname, folder, name));
}
