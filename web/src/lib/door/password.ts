/**
 * Shortest password the server takes. Repeated here, and compared by a test, because the module of
 * its schema would bring the whole schema library into the first load.
 */
export const PASSWORD_MIN = 10;
