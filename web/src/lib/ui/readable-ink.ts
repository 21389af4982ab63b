/**
 * Black or white, whichever reads better on a `#rrggbb` background (WCAG 2.2 relative luminance).
 * Anything else than six hexadecimal digits counts as dark.
 */
export function readableInk(background: string): '#000000' | '#ffffff' {
  const digits = /^#([0-9a-f]{6})$/i.exec(background)?.[1];
  if (digits === undefined) return '#ffffff';
  const [red, green, blue] = [0, 2, 4].map((at) =>
    channel(Number.parseInt(digits.slice(at, at + 2), 16)),
  );
  const luminance = 0.2126 * (red ?? 0) + 0.7152 * (green ?? 0) + 0.0722 * (blue ?? 0);
  // Where contrast with black (L + 0.05) / 0.05 and with white 1.05 / (L + 0.05) are equal.
  return luminance > Math.sqrt(1.05 * 0.05) - 0.05 ? '#000000' : '#ffffff';
}

function channel(value: number): number {
  const part = value / 255;
  return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
}
