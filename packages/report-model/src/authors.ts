import * as Y from 'yjs';

/** A stretch of a text written by one Yjs client. Objects count as U+FFFC. */
export interface AuthorRun {
  readonly client: number;
  readonly text: string;
}

/**
 * Who wrote a text: its living characters in the order of the document, with the Yjs client that typed
 * each. Who a client is, the log knows. An empty text gives [].
 */
export function authorRuns(text: Y.Text): AuthorRun[] {
  const runs: { client: number; text: string }[] = [];
  for (let item = text._start; item !== null; item = item.right) {
    if (item.deleted || !item.countable) continue;
    const words = item.content instanceof Y.ContentString ? item.content.str : '\u{FFFC}';
    const last = runs.at(-1);
    if (last?.client === item.id.client) last.text += words;
    else runs.push({ client: item.id.client, text: words });
  }
  return runs;
}
