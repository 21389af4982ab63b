/** A command cannot do what it was asked; the message is for the operator and says why. */
export class CommandError extends Error {}
