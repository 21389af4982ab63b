import type { Peer } from '../peers/peer.ts';

/** One measured value with how it is shown. */
export type Value = { readonly value: number; readonly shown: string };

/** What a shape measured of one server, by column. */
export type Row = Readonly<Record<string, Value>>;

/** A kind of load that every server is put under in turn. */
export type Shape = {
  readonly letter: string;
  readonly title: string;
  /** Numbers that say exactly what was done, for the record. */
  readonly settings: Readonly<Record<string, number>>;
  measure(peer: Peer): Promise<Row>;
};

/** What may be asked of all shapes. */
export type ShapeOptions = {
  /** How long a load is measured. */
  readonly seconds: number;
  /** A tenth of the clients and copies, to see that everything works. */
  readonly isQuick: boolean;
};

/** A number with a unit, rounded to so many digits after the point. */
export function value(number: number, digits: number, unit: string): Value {
  const shown = number.toLocaleString('en', {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  });
  return { value: number, shown: unit === '' ? shown : `${shown} ${unit}` };
}
