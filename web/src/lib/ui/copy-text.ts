/**
 * Puts text on the clipboard; answers whether it worked. On plain HTTP, or without permission,
 * browsers offer no clipboard.
 */
export async function copyText(text: string | Promise<string>): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(await text);
    return true;
  } catch {
    return false;
  }
}
