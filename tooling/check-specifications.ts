/** Fails when a rule of docs/spec has no test, or a test cites a rule that does not exist. */
import { readFileSync } from 'node:fs';
import { citationsIn, mismatches, rulesIn, type Text } from './citations.ts';
import { sourceFiles } from './source-files.ts';

const rules = rulesIn(read(/^docs\/spec\/.*\.md$/));
const citations = citationsIn(
  read(/\.(test|spec)\.ts$|-contract\.ts$/).filter(({ file }) => !file.startsWith('tooling/')),
);
const findings = mismatches(rules, citations);
if (rules.size === 0) findings.push('docs/spec: no rules found');
for (const finding of findings) console.error(finding);
process.exitCode = findings.length === 0 ? 0 : 1;

function read(pattern: RegExp): Text[] {
  return sourceFiles(pattern).map((file) => ({ file, text: readFileSync(file, 'utf8') }));
}
