export { safeLink, safePicture } from './addresses.ts';
export { toHtml } from './html/to-html.ts';
export { JSON_VERSION, toJson, type ReportJson } from './json.ts';
export { toMarkdown } from './markdown/to-markdown.ts';
export { type ExportLanguage, type ExportOptions, type Report, type ReportPart } from './report.ts';
