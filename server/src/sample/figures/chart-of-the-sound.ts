import { blob, document, element, INK, label, polyline, type Point } from './svg.ts';

const WIDTH = 1100;
const HEIGHT = 640;

const NORTH_SHORE: readonly Point[] = [
  [-60, -60],
  [-60, 380],
  [40, 352],
  [130, 300],
  [210, 262],
  [300, 262],
  [360, 205],
  [450, 190],
  [520, 132],
  [610, 120],
  [700, 70],
  [780, 66],
  [860, 22],
  [960, -60],
];
const SOUTH_SHORE: readonly Point[] = [
  [1300, 800],
  [1300, 60],
  [1060, 196],
  [990, 262],
  [900, 290],
  [840, 356],
  [740, 372],
  [672, 420],
  [580, 430],
  [500, 486],
  [420, 500],
  [340, 560],
  [230, 580],
  [160, 640],
  [120, 700],
];
const BASIN: readonly Point[] = [
  [250, 430],
  [330, 360],
  [440, 300],
  [560, 240],
  [680, 190],
  [800, 180],
  [880, 200],
  [800, 270],
  [690, 310],
  [560, 360],
  [450, 420],
  [330, 480],
];
const HOLE: readonly Point[] = [
  [430, 380],
  [520, 305],
  [640, 250],
  [720, 235],
  [700, 275],
  [600, 315],
  [500, 365],
];
const FARM: readonly Point[] = [
  [720, 316],
  [798, 290],
  [810, 320],
  [730, 346],
];
const NODES: readonly (readonly [number, number])[] = [
  [350, 262],
  [536, 178],
  [730, 118],
  [842, 318],
  [648, 400],
  [470, 468],
];

/** Figure 1: the invented sound with its nodes, ferry crossing, mussel farm and depths. */
export function chartOfTheSound(): string {
  const shore = { fill: INK.land, stroke: INK.shore, 'stroke-width': 2.5 };
  return document(
    WIDTH,
    HEIGHT,
    element('rect', { width: WIDTH, height: HEIGHT, fill: INK.water }) +
      blob(BASIN, { fill: INK.deep }) +
      blob(HOLE, { fill: INK.deeper }) +
      blob(NORTH_SHORE, shore) +
      blob(SOUTH_SHORE, shore) +
      ferry() +
      farm() +
      depths() +
      NODES.map(([x, y], index) => node(x, y, String(index + 1))).join('') +
      label([120, 90], 'HALMWICK', { 'font-size': 26, fill: INK.soft, 'letter-spacing': 4 }) +
      label([870, 560], 'SKARRE', { 'font-size': 26, fill: INK.soft, 'letter-spacing': 4 }) +
      scale() +
      north(),
  );
}

function node(x: number, y: number, name: string): string {
  return (
    element('circle', {
      cx: x,
      cy: y,
      r: 17,
      fill: INK.blue,
      stroke: '#ffffff',
      'stroke-width': 3,
    }) +
    label([x, y + 8], name, { 'text-anchor': 'middle', fill: '#ffffff', 'font-weight': 'bold' })
  );
}

function ferry(): string {
  const stage = { width: 22, height: 12, fill: INK.text };
  return (
    polyline(
      [
        [452, 196],
        [560, 428],
      ],
      { stroke: INK.text, 'stroke-width': 3, 'stroke-dasharray': '12 9' },
    ) +
    element('rect', { x: 440, y: 186, ...stage }) +
    element('rect', { x: 552, y: 424, ...stage })
  );
}

function farm(): string {
  const hatch = [0, 1, 2, 3, 4, 5].map((step) =>
    polyline(
      [
        [727 + step * 15, 343 - step * 5],
        [731 + step * 15, 314 - step * 5],
      ],
      {
        stroke: INK.orange,
        'stroke-width': 2.5,
      },
    ),
  );
  const outline = [...FARM, FARM[0]!];
  return polyline(outline, { stroke: INK.orange, 'stroke-width': 3 }) + hatch.join('');
}

function depths(): string {
  const soundings: readonly (readonly [number, number, string])[] = [
    [176, 470, '18'],
    [300, 420, '24'],
    [420, 345, '31'],
    [600, 290, '42'],
    [560, 330, '39'],
    [690, 222, '36'],
    [800, 236, '29'],
    [930, 160, '21'],
    [1010, 90, '23'],
    [90, 560, '22'],
  ];
  return soundings
    .map(([x, y, text]) =>
      label([x, y], text, { 'font-size': 19, fill: INK.soft, 'font-style': 'italic' }),
    )
    .join('');
}

function scale(): string {
  const y = 604;
  return (
    polyline(
      [
        [60, y - 8],
        [60, y],
        [200, y],
        [200, y - 8],
      ],
      { stroke: INK.text, 'stroke-width': 2.5 },
    ) + label([130, y - 12], '2 km', { 'text-anchor': 'middle' })
  );
}

function north(): string {
  return (
    element('path', { d: 'M1050,560 L1038,604 L1050,594 L1062,604 Z', fill: INK.text }) +
    label([1050, 548], 'N', { 'text-anchor': 'middle', 'font-weight': 'bold' })
  );
}
