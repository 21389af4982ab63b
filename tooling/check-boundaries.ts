/** Fails when a file imports what its part of the house may not (tooling/boundaries.ts). */
import { readFileSync } from 'node:fs';
import ts from 'typescript';
import { objection } from './boundaries.ts';
import { sourceFiles } from './source-files.ts';

const findings = sourceFiles(/\.(ts|mjs|svelte)$/).flatMap((file) =>
  importsOf(file)
    .map((module) => objection({ file, module }))
    .filter((reason) => reason !== null)
    .map((reason) => `${file}: ${reason}`),
);
for (const finding of findings) console.error(finding);
process.exitCode = findings.length === 0 ? 0 : 1;

function importsOf(file: string): string[] {
  const text = readFileSync(file, 'utf8');
  const code = file.endsWith('.svelte')
    ? [...text.matchAll(/<script[^>]*>([\s\S]*?)<\/script>/g)].map((match) => match[1]).join('\n')
    : text;
  return ts.preProcessFile(code, true, true).importedFiles.map(({ fileName }) => fileName);
}
