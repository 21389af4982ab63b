import type { Peer } from '../peers/peer.ts';

/** One measured value with how it is shown. */
export type Value = { readonly value: number; readonly shown: string };

/** What a shape measured of one server, by column. */
export type Row = Readonly<Record<string, Value>>;

/** What a shape measured of one server at one of its sizes; `at` is empty when it has only one. */
export type Point = { readonly at: string; readonly row: Row };

/** A kind of load that every server is put under in turn. */
export type Shape = {
  readonly letter: string;
  readonly title: string;
  /** Numbers that say exactly what was done, for the record. */
  readonly settings: Readonly<Record<string, number>>;
  /** Servers it is for. */
  readonly peers: readonly Peer[];
  /** Whether it runs when no shape is named: not those that take many minutes. */
  readonly isUsual: boolean;
  measure(peer: Peer): Promise<readonly Point[]>;
};

/** What may be asked of all shapes. */
export type ShapeOptions = {
  /** How long a load is measured. */
  readonly seconds: number;
  /** What all counts are multiplied by: 1, or less to see that everything works. */
  readonly scale: number;
};

/** A count at the scale asked for, at least `least`. */
export function scaled(count: number, { scale }: ShapeOptions, least = 1): number {
  return Math.max(least, Math.ceil(count * scale));
}

/** The one point of a shape that has one size. */
export function only(row: Row): readonly Point[] {
  return [{ at: '', row }];
}

/** A number with a unit, rounded to so many digits after the point. */
export function value(number: number, digits: number, unit: string): Value {
  const shown = number.toLocaleString('en', {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  });
  return { value: number, shown: unit === '' ? shown : `${shown} ${unit}` };
}
