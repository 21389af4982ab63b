/**
 * `npm test`: installs what it needs, then every check in the order in which a mistake is cheapest
 * to find. A check counts as one test; runners count their own. The last line is
 * `N passed, N failed`.
 *
 * `--static` stops before anything is run; `--only NAME[,NAME]` runs just those steps.
 */
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { NODE, ROOT, ensureBuilt, ensureInstalled, run, say } from './bootstrap.mjs';
import { ensureSystemPackages } from './system-packages.mjs';

/** @typedef {{ passed: number, failed: number }} Tally */
/**
 * What is read of the reports of vitest and Playwright; each writes its own part of it.
 *
 * @typedef {{
 *   numPassedTests: number,
 *   numTotalTests: number,
 *   stats: { expected: number, unexpected: number, flaky: number, skipped: number },
 * }} RunnerReport
 */
/** @typedef {{ name: string, isStatic: boolean, work: () => Promise<Tally> }} Step */

const REPORTS = join(ROOT, '.cache', 'reports');
const data = process.env.PLENARY_DATA ?? join(ROOT, '..', 'shared', 'data');
const env = {
  PLENARY_DATA: data,
  PATH: `${join(ROOT, 'node_modules', '.bin')}:${process.env.PATH ?? ''}`,
};

/** @type {Step[]} */
const STEPS = [
  check('format', ['node_modules/oxfmt/bin/oxfmt', '--check', '.']),
  // Before the linters: it writes the messages and types that they read.
  check('types-svelte', ['scripts/check.ts'], 'web'),
  check('lint', ['node_modules/oxlint/bin/oxlint', '--type-aware', '--deny-warnings']),
  check(
    'lint-svelte',
    ['../node_modules/eslint/bin/eslint.js', '--max-warnings', '0', 'src'],
    'web',
  ),
  check('boundaries', ['tooling/check-boundaries.ts']),
  check('specifications', ['tooling/check-specifications.ts']),
  check('unused', ['node_modules/knip/bin/knip.js', '--no-progress']),
  check('types', ['node_modules/typescript-7/bin/tsc', '-b']),
  { name: 'build', isStatic: false, work: build },
  { ...check('size', ['scripts/size.ts'], 'web'), isStatic: false },
  { name: 'unit', isStatic: false, work: unit },
  { name: 'e2e', isStatic: false, work: endToEnd },
];

const args = process.argv.slice(2);
const only = args.includes('--only') ? (args[args.indexOf('--only') + 1] ?? '').split(',') : null;
const staticOnly = args.includes('--static');

const total = { passed: 0, failed: 0 };
try {
  await ensureInstalled();
  rmSync(REPORTS, { recursive: true, force: true });
  mkdirSync(REPORTS, { recursive: true });
  for (const step of STEPS) {
    if (only !== null ? !only.includes(step.name) : staticOnly && !step.isStatic) continue;
    await perform(step);
  }
} catch (error) {
  say(error instanceof Error ? error.message : String(error));
  total.failed += 1;
}
reportMissingData();
process.stdout.write(`${total.passed} passed, ${total.failed} failed\n`);
process.exitCode = total.failed === 0 && total.passed > 0 ? 0 : 1;

/** @param {Step} step */
async function perform(step) {
  const started = Date.now();
  const tally = await step.work();
  total.passed += tally.passed;
  total.failed += tally.failed;
  const seconds = ((Date.now() - started) / 1000).toFixed(1);
  say(
    `${tally.failed === 0 ? 'ok  ' : 'FAIL'} ${step.name} (${tally.passed + tally.failed}, ${seconds} s)`,
  );
}

/**
 * @param {string} name
 * @param {readonly string[]} command program and arguments for the pinned Node
 * @param {string} [folder]
 * @returns {Step}
 */
function check(name, command, folder = '.') {
  const work = async () => {
    const code = await run(NODE, command, { cwd: join(ROOT, folder), env, quiet: true });
    return code === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
  };
  return { name, isStatic: true, work };
}

async function build() {
  await ensureBuilt();
  return { passed: 1, failed: 0 };
}

async function unit() {
  const missing = await ensureSystemPackages();
  const report = join(REPORTS, 'unit.json');
  const code = await run(
    NODE,
    [
      'node_modules/vitest/vitest.mjs',
      'run',
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${report}`,
    ],
    { env },
  );
  return tallyOf(report, code, missing, (json) => ({
    passed: json.numPassedTests,
    failed: json.numTotalTests - json.numPassedTests,
  }));
}

async function endToEnd() {
  const missing = await ensureSystemPackages();
  const report = join(REPORTS, 'e2e.json');
  const code = await run(NODE, ['node_modules/@playwright/test/cli.js', 'test'], {
    cwd: join(ROOT, 'e2e'),
    env: { ...env, PLAYWRIGHT_JSON_OUTPUT_NAME: report },
  });
  return tallyOf(report, code, missing, (json) => ({
    passed: json.stats.expected,
    failed: json.stats.unexpected + json.stats.flaky + json.stats.skipped,
  }));
}

/**
 * Reads a runner's report. A run that failed without a failed test (a crash, an unhandled error, no
 * report, a missing program) counts as one failure.
 *
 * @param {string} report
 * @param {number} code
 * @param {readonly string[]} missing
 * @param {(json: RunnerReport) => Tally} read
 * @returns {Tally}
 */
function tallyOf(report, code, missing, read) {
  const tally = existsSync(report)
    ? read(JSON.parse(readFileSync(report, 'utf8')))
    : { passed: 0, failed: 1 };
  if (tally.failed === 0 && (code !== 0 || missing.length > 0)) tally.failed = 1;
  return tally;
}

function reportMissingData() {
  if (existsSync(data)) return;
  const text = `left out: tests on recorded data (no folder at PLENARY_DATA or ../shared/data)`;
  if (process.env.CI === 'true') total.failed += 1;
  process.stdout.write(`${text}\n`);
}
