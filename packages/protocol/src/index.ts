export { ROLES, type Access, type Identity, type ReadReason, type Role } from './access.ts';
export { CLOSE_CODES, isRetryable, type CloseReason } from './close-codes.ts';
export {
  SCHEMA_VERSION,
  SUBPROTOCOL,
  type ClientMessage,
  type RefusalReason,
  type ServerMessage,
} from './wire.ts';
