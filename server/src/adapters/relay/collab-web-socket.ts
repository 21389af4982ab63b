import { CLOSE_CODES } from '@plenary/protocol';
import { WebSocket } from 'ws';

/** Close code of RFC 6455 for a message that is too big, which `ws` uses for itself. */
const WS_MESSAGE_TOO_BIG = 1009;

/**
 * A WebSocket that closes with our code when a frame is larger than it may be: a client may retry
 * after 1009, and a stock provider would send the same update again for ever (R10).
 */
export class CollabWebSocket extends WebSocket {
  override close(code?: number, data?: string | Buffer): void {
    if (code === WS_MESSAGE_TOO_BIG) {
      super.close(CLOSE_CODES.tooLarge.code, CLOSE_CODES.tooLarge.text);
    } else {
      super.close(code, data);
    }
  }
}
