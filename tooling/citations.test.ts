import { expect, it } from 'vitest';
import { citationsIn, mismatches, rulesIn } from './citations.ts';

const spec = {
  file: 'docs/spec/a.md',
  text: '- **R1** Durable.\n- **R1.2** More.\n  - **W3** Nested.\n',
};

function cite(...ids: string[]) {
  return { file: 'a.test.ts', text: ids.map((id) => `it('[${id}] holds', …)`).join('\n') };
}

it('finds nothing when each rule has its test', () => {
  const tests = citationsIn([cite('R1', 'R1.2', 'W3')]);
  expect(mismatches(rulesIn([spec]), tests)).toEqual([]);
});

it('names a rule without a test and a citation without a rule', () => {
  const findings = mismatches(rulesIn([spec]), citationsIn([cite('R1', 'W3', 'R9')]));
  expect(findings).toEqual([
    'docs/spec/a.md: no test cites R1.2',
    'a.test.ts: cites R9, which no specification states',
  ]);
});

it('reads several ids from one name', () => {
  const tests = citationsIn([{ file: 'a.test.ts', text: 'it("[R1] [W3] both", …)' }]);
  expect([...tests.keys()]).toEqual(['R1', 'W3']);
});
