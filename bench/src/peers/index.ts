import { hocuspocusNodes } from './hocuspocus-nodes.ts';
import { hocuspocus } from './hocuspocus.ts';
import type { Peer } from './peer.ts';
import { plenaryNodes } from './plenary-nodes.ts';
import { plenary } from './plenary.ts';
import { yWebsocket } from './y-websocket.ts';

/** Every server on one node, in the order in which tables show them. */
export const PEERS: readonly Peer[] = [plenary, hocuspocus, yWebsocket];

/** Servers on two nodes. */
export const CLUSTERS: readonly Peer[] = [plenaryNodes, hocuspocusNodes];
