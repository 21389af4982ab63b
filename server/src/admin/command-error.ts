/** A command cannot do what it was asked; the message is for the operator and says why. */
export class CommandError extends Error {}

/** The command line cannot be understood; the message says what is wrong with it. */
export class UsageError extends Error {}

/** Prints a line for the operator. */
export type Print = (line: string) => void;
