import { expect, type Locator } from '@playwright/test';

/** More presses of one key than any way on a page is long. */
const MAX_STEPS = 60;

/** Presses a key until something has the focus, or something in it; fails when it never gets it. */
export async function pressUntilFocused(key: string, target: Locator): Promise<void> {
  for (let step = 0; step < MAX_STEPS; step += 1) {
    if (await target.evaluate((element) => element.contains(document.activeElement))) return;
    await target.page().keyboard.press(key);
  }
  await expect(target, `${key} leads there`).toBeFocused();
}
