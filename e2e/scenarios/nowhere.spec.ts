import { expect, test } from '../fixtures/scenario.ts';
import { expectAccessible, expectNoSideways } from '../pages/accessible.ts';

const NARROW = { width: 360, height: 740 };

for (const address of ['/nowhere', '/documents/01990000-0000-7000-8000-000000000000']) {
  test(`${address} says that nothing is there, and stays`, async ({ scenario }) => {
    const { page } = await scenario.person('Ana');
    await page.goto(address);
    await expect(page.getByText('There is nothing here')).toBeVisible();
    await page.evaluate(() => (document.documentElement.dataset['visit'] = 'first'));

    // The page asks whether there is a newer build, and there is none.
    const asked = page.waitForResponse(/\/_app\/version\.json/);
    await page.evaluate(() => window.dispatchEvent(new Event('focus')));
    await (await asked).finished();

    await page.setViewportSize(NARROW);
    await expectAccessible(page);
    await expectNoSideways(page);
    await expect(page.getByText('There is nothing here')).toBeVisible();
    await expect(page.locator('html')).toHaveAttribute('data-visit', 'first');
    await expect(page.getByText('A new version of Plenary is ready.')).toHaveCount(0);
  });
}
