/** What is opened: the sample report, or one chapter with a very long text. */
export const CONTENTS = ['sample', 'paper'] as const;
export type ContentName = (typeof CONTENTS)[number];

/** A cookie that signs somebody in. */
export type Cookie = { readonly name: string; readonly value: string; readonly url: string };

/** Somebody's way to a page. */
export type Visit = { readonly url: string; readonly cookies: readonly Cookie[] };

/** A web application under test, serving both contents. */
export type Site = {
  readonly name: string;
  readonly version: string;
  /** How the first or the second person gets to a content. */
  visit(content: ContentName, person: 0 | 1): Visit;
  stop(): Promise<void>;
};

/** The contents as paragraphs of plain text, in order. */
export type Paragraphs = Readonly<Record<ContentName, readonly string[]>>;
