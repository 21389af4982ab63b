import { element, INK, label, polyline, type Point } from './svg.ts';

/** The frame of a chart: its size in pixels, the ranges of its axes, and what is written on them. */
export type Frame = {
  readonly width: number;
  readonly height: number;
  readonly x: Axis;
  readonly y: Axis;
};

/** One axis: the values at its ends, the values marked, how they are written, and its title. */
export type Axis = {
  readonly from: number;
  readonly to: number;
  readonly ticks: readonly number[];
  readonly title: string;
  readonly write?: (value: number) => string;
};

const LEFT = 96;
const RIGHT = 28;
const TOP = 28;
const BOTTOM = 84;

/** Places a pair of values in the frame. */
export function place(frame: Frame, x: number, y: number): Point {
  const across = (x - frame.x.from) / (frame.x.to - frame.x.from);
  const up = (y - frame.y.from) / (frame.y.to - frame.y.from);
  return [
    LEFT + across * (frame.width - LEFT - RIGHT),
    frame.height - BOTTOM - up * (frame.height - TOP - BOTTOM),
  ];
}

/** Draws grid lines, tick labels and axis titles; the data are drawn over it. */
export function axes(frame: Frame): string {
  const rows = frame.y.ticks.map((value) => {
    const from = place(frame, frame.x.from, value);
    return (
      polyline([from, place(frame, frame.x.to, value)], { stroke: INK.grid, 'stroke-width': 1.5 }) +
      label([from[0] - 12, from[1] + 8], write(frame.y, value), { 'text-anchor': 'end' })
    );
  });
  const columns = frame.x.ticks.map((value) => {
    const foot = place(frame, value, frame.y.from);
    return (
      polyline([foot, [foot[0], foot[1] + 8]], { stroke: INK.soft, 'stroke-width': 1.5 }) +
      label([foot[0], foot[1] + 32], write(frame.x, value), { 'text-anchor': 'middle' })
    );
  });
  const base = polyline(
    [place(frame, frame.x.from, frame.y.from), place(frame, frame.x.to, frame.y.from)],
    { stroke: INK.soft, 'stroke-width': 2 },
  );
  const centre = (frame.height - BOTTOM + TOP) / 2;
  const titles =
    label([(LEFT + frame.width - RIGHT) / 2, frame.height - 16], frame.x.title, {
      'text-anchor': 'middle',
    }) +
    label([28, centre], frame.y.title, {
      'text-anchor': 'middle',
      transform: `rotate(-90 28 ${centre})`,
    });
  return element('g', {}, [...rows, ...columns, base, titles].join(''));
}

function write(axis: Axis, value: number): string {
  return axis.write === undefined ? String(value) : axis.write(value);
}
