import { goto } from '$app/navigation';
import type { Palette, PaletteEntry } from '#lib/palette/palette.svelte.ts';
import { loadEditor } from '#lib/report/chapter-editor.ts';
import type { ReportActs } from '#lib/report/report-acts.svelte.ts';
import type { ReportState } from '#lib/report/report-state.svelte.ts';
import type { Live } from '#lib/state/live.svelte.ts';
import { m } from '#messages';

/** What a report on screen is tied to. */
interface Surroundings {
  readonly live: Live;
  readonly palette: Palette;
  readonly acts: ReportActs;
}

/**
 * Keeps a report current while it is on screen: reads it, opens its texts, follows live news, and
 * offers its chapters and acts in the palette. The returned function ends all of it.
 */
export function watchReport(
  report: ReportState,
  { live, palette, acts }: Surroundings,
): () => void {
  const { documentId } = report;
  const refresh = (): void => {
    void report.details.refresh().then(() => report.openTexts());
  };
  report.prepare();
  loadEditor().catch(() => undefined);
  refresh();
  const unsubscribe = live.subscribe(
    {
      'document:changed': (outline) =>
        outline.documentId === documentId && report.takeOutline(outline),
      'document:deleted': (what) => what.documentId === documentId && report.deleted(),
      'document:presence': (what) => what.documentId === documentId && report.takeCompany(what),
      'membership:changed': refresh,
      'watch:ended': refresh,
      missed: refresh,
    },
    { documentId },
  );
  const withdraw = palette.offer(() => entries(report, acts));
  return () => {
    unsubscribe();
    withdraw();
    void report.close();
  };
}

function entries(report: ReportState, acts: ReportActs): readonly PaletteEntry[] {
  const details = report.details.value;
  if (details === undefined) return [];
  return [
    ...report.slots.map((slot) => ({
      key: slot.id,
      label: `${slot.chapter.position + 1} ${slot.chapter.title}`,
      context: m.palette_chapter(),
      group: 'here' as const,
      run: () => acts.goToChapter(slot),
    })),
    ...(details.rights.outline
      ? [
          {
            key: 'add',
            label: m.chapter_add(),
            group: 'act' as const,
            run: () => acts.ask({ kind: 'add' }),
          },
        ]
      : []),
    {
      key: 'activity',
      label: details.activityTitle,
      context: m.palette_activity(),
      group: 'go',
      run: () => void goto(`/activities/${details.activityId}`),
    },
  ];
}
