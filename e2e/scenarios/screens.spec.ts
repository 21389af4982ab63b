import { PlenaryServer } from '../fixtures/plenary-server.ts';
import { expect, test } from '../fixtures/scenario.ts';
import { expectAccessible, expectNoSideways } from '../pages/accessible.ts';
import { ReportPage } from '../pages/report-page.ts';

const NARROW = { width: 360, height: 740 };

test('the first administrator sets the server up from the printed link, then signs in and out', async ({
  browser,
}) => {
  const server = await PlenaryServer.create();
  try {
    const link = /https?:\/\/\S+link\S+/.exec(server.output)?.[0] ?? '';
    const context = await browser.newContext({ locale: 'en-GB' });
    const page = await context.newPage();
    await page.goto(link);
    await expectAccessible(page);
    // Another language or a reload does not lose the link, though its secret has left the address.
    await page.getByRole('button', { name: 'Français' }).click();
    await expect(page.getByRole('button', { name: 'Créer le compte' })).toBeVisible();
    expect(new URL(page.url()).hash).toBe('');
    await page.getByRole('button', { name: 'English' }).click();
    await page.getByLabel('E-mail').fill('ada@example.org');
    await page.getByLabel('Name', { exact: true }).fill('Ada Keller');
    await page.getByLabel('Password').first().fill('correct horse battery');
    await page.locator('form').getByRole('button').last().click();
    await page.waitForURL((url) => url.pathname === '/');
    await expectAccessible(page);

    await page.goto(link);
    await expect(page.getByText(/used|expired|not valid/i).first()).toBeVisible();

    await context.clearCookies();
    await page.goto(`${server.url}/sign-in`);
    await expectAccessible(page);
    await page.getByLabel('E-mail').fill('ada@example.org');
    await page.getByLabel('Password').fill('not my password');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await expect(page.getByRole('alert')).toBeVisible();
    await page.getByLabel('Password').fill('correct horse battery');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.waitForURL((url) => url.pathname === '/');
    await context.close();
  } finally {
    await server.stop();
  }
});

for (const scheme of ['light', 'dark'] as const) {
  test(`the workspace and a report are accessible in ${scheme}, wide and narrow`, async ({
    scenario,
  }) => {
    const chair = await scenario.person('Ana');
    const report = await scenario.report(chair, ['Introduction', 'Method']);
    const page = new ReportPage(chair.page);
    await chair.page.emulateMedia({ colorScheme: scheme });
    for (const viewport of [{ width: 1280, height: 860 }, NARROW]) {
      await chair.page.setViewportSize(viewport);
      await chair.page.goto('/');
      await expect(chair.page.getByRole('link', { name: report.title })).toBeVisible();
      await expectAccessible(chair.page);
      await page.open(report);
      await page.typeInto('Introduction', 'Words. ');
      await expect(page.saving).toHaveText('Saved');
      await expectAccessible(chair.page);
      await expectNoSideways(chair.page);
    }
  });
}

test('offline, read-only and lost pages are accessible and say what is the matter', async ({
  scenario,
}) => {
  const chair = await scenario.person('Ana');
  const observer = await scenario.person('Chiyo');
  const report = await scenario.report(chair, ['Introduction']);
  await scenario.member(chair, report, observer, 'observer');
  const [hers, theirs] = [new ReportPage(chair.page), new ReportPage(observer.page)];
  await hers.open(report);
  await theirs.open(report);
  await expect(theirs.saving).toContainText('Read only');
  await expectAccessible(theirs.page);

  await chair.context.setOffline(true);
  await hers.typeInto('Introduction', 'x');
  await expect(hers.saving).toContainText('Offline');
  await expectAccessible(hers.page);
  await chair.context.setOffline(false);

  await theirs.page.goto('/documents/00000000-0000-4000-8000-000000000000');
  await expect(theirs.page.getByRole('heading').first()).toBeVisible();
  await expectAccessible(theirs.page);
});

test('no page asks anything of another host', async ({ scenario }) => {
  const chair = await scenario.person('Ana');
  const report = await scenario.report(chair, ['Introduction']);
  const foreign: string[] = [];
  chair.page.on('request', (request) => {
    const url = new URL(request.url());
    const isOwn = url.origin === scenario.server.url || ['data:', 'blob:'].includes(url.protocol);
    if (!isOwn) foreign.push(request.url());
  });
  const page = new ReportPage(chair.page);
  await chair.page.goto('/account');
  await page.open(report);
  await page.typeInto('Introduction', 'Nobody outside is called. $x^2$ ');
  await expect(page.saving).toHaveText('Saved');
  expect(foreign).toEqual([]);
});
