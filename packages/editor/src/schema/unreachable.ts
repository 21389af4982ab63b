/** For the default of an exhaustive switch: the compiler sees that nothing gets there. */
export function unreachable(value: never): never {
  throw new RangeError(`not one of the known kinds: ${JSON.stringify(value)}`);
}
