import type { ReportChapter } from '@plenary/report-model';

/** A whole report as an export needs it: its title and its chapters in order. */
export type Report = {
  readonly title: string;
  readonly chapters: readonly ReportPart[];
};

/** One chapter with the title it has in the workspace. */
export type ReportPart = {
  readonly title: string;
  readonly chapter: ReportChapter;
};

/** What may be chosen about an export. */
export type ExportOptions = {
  /** Language of the few words an export adds, and of the HTML document; English when absent. */
  readonly language?: ExportLanguage;
  /**
   * Turns the address of a picture into the one to write, such as a `data:` address holding the
   * picture itself; null leaves the picture out and shows its alternative text. When the function is
   * absent, addresses are written as they are.
   */
  readonly imageSource?: (src: string) => string | null;
};

/** A language the added words exist in. */
export type ExportLanguage = 'en' | 'fr';

/** The few words an export adds to what people wrote. */
export type Labels = {
  readonly contents: string;
  readonly emptyChapter: string;
  readonly unknown: string;
  readonly table: string;
};

/** The added words in every language. */
export const LABELS: Readonly<Record<ExportLanguage, Labels>> = {
  en: {
    contents: 'Contents',
    emptyChapter: 'Nothing has been written here yet.',
    unknown: 'Content that this version does not know, kept as it is:',
    table: 'Table',
  },
  fr: {
    contents: 'Sommaire',
    emptyChapter: 'Rien n’a encore été écrit ici.',
    unknown: 'Contenu inconnu de cette version, conservé tel quel :',
    table: 'Tableau',
  },
};
