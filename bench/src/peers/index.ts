import { hocuspocus } from './hocuspocus.ts';
import type { Peer } from './peer.ts';
import { plenary } from './plenary.ts';
import { yWebsocket } from './y-websocket.ts';

/** Every server, in the order in which tables show them. */
export const PEERS: readonly Peer[] = [plenary, hocuspocus, yWebsocket];
