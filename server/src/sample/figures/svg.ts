/** A point in user units of the drawing. */
export type Point = readonly [x: number, y: number];

/** Colours shared by all figures, chosen to stay apart in grey and for colour-blind readers. */
export const INK = {
  text: '#1f2933',
  soft: '#52606d',
  grid: '#d9dee4',
  blue: '#1f6fb2',
  orange: '#d9731a',
  water: '#e3eef6',
  deep: '#c3dcec',
  deeper: '#a3c8e0',
  land: '#e9e4d4',
  shore: '#a89f85',
} as const;

/**
 * Writes one SVG element. Attribute values are numbers rounded to a tenth or plain strings, so the
 * same input always gives the same bytes.
 */
export function element(
  name: string,
  attributes: Readonly<Record<string, string | number>>,
  content = '',
): string {
  const written = Object.entries(attributes)
    .map(([key, value]) => ` ${key}="${typeof value === 'number' ? round(value) : value}"`)
    .join('');
  return content === '' ? `<${name}${written}/>` : `<${name}${written}>${content}</${name}>`;
}

/** Writes a line of text; `anchor` is start, middle or end of the text at the point. */
export function label(
  at: Point,
  text: string,
  attributes: Readonly<Record<string, string | number>> = {},
): string {
  const [x, y] = at;
  return element('text', { x, y, 'font-size': 22, fill: INK.text, ...attributes }, text);
}

/** Writes an open line through the points. */
export function polyline(
  points: readonly Point[],
  attributes: Readonly<Record<string, string | number>>,
): string {
  return element('polyline', { points: join(points), fill: 'none', ...attributes });
}

/** Writes a closed area through the points, rounded by quadratic curves between their middles. */
export function blob(
  points: readonly Point[],
  attributes: Readonly<Record<string, string | number>>,
): string {
  const middles = points.map((point, index) => middle(point, points[(index + 1) % points.length]!));
  const start = middles.at(-1)!;
  const curves = points.map((point, index) => `Q${join([point, middles[index]!])}`);
  return element('path', { d: `M${join([start])}${curves.join('')}Z`, ...attributes });
}

/** Wraps a drawing of the given size in a document with a white ground. */
export function document(width: number, height: number, content: string): string {
  return element(
    'svg',
    {
      xmlns: 'http://www.w3.org/2000/svg',
      width,
      height,
      viewBox: `0 0 ${width} ${height}`,
      'font-family': 'KaTeX_SansSerif',
    },
    element('rect', { width, height, fill: '#ffffff' }) + content,
  );
}

function middle(a: Point, b: Point): Point {
  return [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2];
}

function join(points: readonly Point[]): string {
  return points.map(([x, y]) => `${round(x)},${round(y)}`).join(' ');
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
