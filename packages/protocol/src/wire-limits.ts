/**
 * Largest Yjs update a client may send in one frame, in bytes. Somebody typing for hours makes some
 * hundred kilobytes; a pasted chapter with tables makes one or two megabytes.
 */
export const MAX_UPDATE_BYTES = 8 * 1024 * 1024;

/** Largest presence update a client may send, in bytes: a name, a colour and a few positions. */
export const MAX_PRESENCE_BYTES = 64 * 1024;

/** Largest frame a client may send: the largest update and the fields around it. */
export const MAX_CLIENT_FRAME_BYTES = MAX_UPDATE_BYTES + 1024;

/** Largest frame a client accepts: far above any chapter the server lets grow. */
export const MAX_SERVER_FRAME_BYTES = 256 * 1024 * 1024;

/** Longest chapter id or generation on the wire, in UTF-8 bytes. Ours are 36 or fewer. */
export const MAX_ID_BYTES = 128;
