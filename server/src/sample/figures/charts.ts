import { axes, place, type Frame } from './axes.ts';
import { document, element, INK, label, polyline, type Point } from './svg.ts';

const WIDTH = 960;
const HEIGHT = 520;
const SOUND_SPEED = 1490;
const SPACING_M = 0.5;
const HYDROPHONES = 16;

/** Figure 2: beam pattern of the whole array and of one without hydrophones 3, 7, 8 and 12. */
export function beamPattern(): string {
  const frame: Frame = {
    width: WIDTH,
    height: HEIGHT,
    x: {
      from: -90,
      to: 90,
      ticks: [-90, -60, -30, 0, 30, 60, 90],
      title: 'Angle from broadside (degrees)',
      write: minus,
    },
    y: { from: -40, to: 0, ticks: [-40, -30, -20, -10, 0], title: 'Response (dB)', write: minus },
  };
  const all = Array.from({ length: HYDROPHONES }, (_, index) => index);
  const lost = new Set([2, 6, 7, 11]);
  const some = all.filter((index) => !lost.has(index));
  const curve = (working: readonly number[]): Point[] =>
    Array.from({ length: 721 }, (_, step) => {
      const angle = -90 + step / 4;
      return place(frame, angle, Math.max(-40, response(working, angle, 800)));
    });
  return document(
    WIDTH,
    HEIGHT,
    axes(frame) +
      polyline(curve(some), { stroke: INK.orange, 'stroke-width': 3 }) +
      polyline(curve(all), { stroke: INK.blue, 'stroke-width': 3 }) +
      key([690, 58], INK.blue, 'All 16') +
      key([690, 92], INK.orange, 'Without 3, 7, 8, 12'),
  );
}

/** Figure 3: the bearing errors of Table 6. */
export function lostHydrophones(): string {
  const frame: Frame = {
    width: WIDTH,
    height: HEIGHT,
    x: { from: -0.3, to: 8.3, ticks: [0, 2, 4, 6, 8], title: 'Lost hydrophones of 16' },
    y: { from: 0, to: 8, ticks: [0, 2, 4, 6, 8], title: 'Bearing error (degrees)' },
  };
  const lost = [0, 2, 4, 6, 8];
  const series = (values: readonly number[], colour: string): string => {
    const points = values.map((value, index) => place(frame, lost[index]!, value));
    const dots = points.map(([cx, cy]) => element('circle', { cx, cy, r: 7, fill: colour }));
    return polyline(points, { stroke: colour, 'stroke-width': 3.5 }) + dots.join('');
  };
  const limit = polyline([place(frame, -0.3, 2), place(frame, 8.3, 2)], {
    stroke: INK.text,
    'stroke-width': 2,
    'stroke-dasharray': '10 8',
  });
  return document(
    WIDTH,
    HEIGHT,
    axes(frame) +
      limit +
      series([1.3, 1.9, 2.9, 4.6, 7.8], INK.orange) +
      series([1.3, 1.4, 1.7, 2.2, 3.1], INK.blue) +
      key([140, 58], INK.orange, 'Loss not recognised') +
      key([140, 92], INK.blue, 'Loss recognised'),
  );
}

/** Figure 4: mean and worst track completeness of Table 8. */
export function workingNodes(): string {
  const frame: Frame = {
    width: WIDTH,
    height: HEIGHT,
    x: {
      from: 0.4,
      to: 5.6,
      ticks: [1, 2, 3, 4, 5],
      title: 'Working nodes',
      write: (value) => String(7 - value),
    },
    y: { from: 0, to: 100, ticks: [0, 25, 50, 75, 100], title: 'Completeness (percent)' },
  };
  const mean = [94, 90, 82, 64, 37];
  const worst = [94, 87, 74, 49, 18];
  const bars = mean.map((value, index) => {
    const [left, top] = place(frame, index + 1 - 0.3, value);
    const [right, foot] = place(frame, index + 1 + 0.3, 0);
    const low = place(frame, 0, worst[index]!)[1];
    return (
      element('rect', {
        x: left,
        y: top,
        width: right - left,
        height: foot - top,
        fill: INK.blue,
        rx: 3,
      }) +
      polyline(
        [
          [left - 8, low],
          [right + 8, low],
        ],
        { stroke: INK.orange, 'stroke-width': 5 },
      ) +
      label([(left + right) / 2, top - 10], String(value), { 'text-anchor': 'middle' })
    );
  });
  return document(
    WIDTH,
    HEIGHT,
    axes(frame) +
      bars.join('') +
      key([690, 58], INK.blue, 'Mean') +
      key([690, 92], INK.orange, 'Worst combination'),
  );
}

/** Response in dB of a uniformly weighted line of the given hydrophones, at an angle in degrees. */
function response(working: readonly number[], angle: number, frequency: number): number {
  const step =
    (2 * Math.PI * frequency * SPACING_M * Math.sin((angle * Math.PI) / 180)) / SOUND_SPEED;
  const real = working.reduce((sum, index) => sum + Math.cos(index * step), 0);
  const imaginary = working.reduce((sum, index) => sum + Math.sin(index * step), 0);
  return 20 * Math.log10(Math.max(1e-6, Math.hypot(real, imaginary) / working.length));
}

function key(at: Point, colour: string, text: string): string {
  const [x, y] = at;
  return (
    polyline(
      [
        [x, y - 7],
        [x + 36, y - 7],
      ],
      { stroke: colour, 'stroke-width': 5 },
    ) + label([x + 48, y], text)
  );
}

function minus(value: number): string {
  return value < 0 ? `−${-value}` : String(value);
}
