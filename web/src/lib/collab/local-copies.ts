import type { Collab } from '#lib/collab/collab.svelte.ts';
import { UnsentIndex } from '#lib/collab/unsent-index.ts';

/** What a person has written on this device that the server does not have. */
export interface UnsentEdits {
  /** How many changes, as the state of saving counts them; drafts count one each. */
  readonly count: number;
  readonly fileName: string;
  /** The chapters' texts as the person saw them, one after the other. */
  readonly file: Blob;
}

/** Looks through the local copies of a person; null when everything has reached the server. */
export async function unsentEdits(collab: Collab, fileName: string): Promise<UnsentEdits | null> {
  const listed = collab.unsent.list();
  if (listed.length === 0) return null;
  const { textOfCopy, textOfDraft } = await import('#lib/collab/engine.ts');
  return collab.withCopies(async (store) => {
    const parts: string[] = [];
    let count = 0;
    for (const { chapterId, title } of listed) {
      const copy = await store.load(chapterId);
      if (copy === null) continue;
      count += copy.unsent.reduce((sum, { changes }) => sum + changes, 0) + copy.drafts.length;
      if (copy.unsent.length > 0) parts.push(`# ${title}\n\n${textOfCopy(copy)}`);
      for (const draft of copy.drafts) {
        parts.push(`# ${title} (${new Date(draft.at).toISOString()})\n\n${textOfDraft(draft)}`);
      }
    }
    if (count === 0) return null;
    const file = new Blob([parts.join('\n\n\n')], { type: 'text/plain' });
    return { count, fileName: `${fileName}.txt`, file };
  });
}

/** Removes all local copies of a person from this device, in every page. */
export async function dropLocalCopies(personId: string): Promise<void> {
  const { openCopies } = await import('#lib/collab/engine.ts');
  const store = await openCopies(personId);
  await store.drop();
  new UnsentIndex(personId).clear();
}
