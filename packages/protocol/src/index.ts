export { ROLES, type Access, type Identity, type ReadReason, type Role } from './access.ts';
export { CLOSE_CODES, isRetryable, type CloseReason } from './close-codes.ts';
export {
  SCHEMA_VERSION,
  SUBPROTOCOL,
  type ClientMessage,
  type RefusalReason,
  type ServerMessage,
} from './wire.ts';
export { FrameReader, MalformedFrameError } from './frame-reader.ts';
export {
  CLIENT_FRAME,
  READ_REASONS,
  REFUSAL_REASONS,
  SERVER_FRAME,
  decodeClientMessage,
  decodeServerMessage,
  encodeClientMessage,
  encodeServerMessage,
} from './frames.ts';
export {
  MAX_CLIENT_FRAME_BYTES,
  MAX_ID_BYTES,
  MAX_PRESENCE_BYTES,
  MAX_SERVER_FRAME_BYTES,
  MAX_UPDATE_BYTES,
} from './wire-limits.ts';
export {
  STOCK_MESSAGE,
  STOCK_SYNC,
  decodeStockMessage,
  encodeAwareness,
  encodeDenied,
  encodeQueryAwareness,
  encodeSyncStep1,
  encodeSyncStep2,
  encodeSyncUpdate,
  type StockMessage,
} from './stock-frames.ts';
export { PROBLEMS, problem, type ProblemCode } from './problems.ts';
export {
  WATCHES_MAX,
  Watch,
  type ClientEvents,
  type ServerEvents,
  type WatchAnswer,
} from './events.ts';
export {
  EMAIL_MAX_LENGTH,
  Email,
  Id,
  IdParams,
  List,
  NAME_MAX_LENGTH,
  NewPassword,
  Nothing,
  PASSWORD_MAX_LENGTH,
  PASSWORD_MIN_LENGTH,
  PersonName,
  RoleSchema,
  Secret,
  TITLE_MAX_LENGTH,
  Timestamp,
  Title,
} from './schemas/common.ts';
export { Problem } from './schemas/problem.ts';
export {
  Language,
  OperatorAct,
  PasswordChange,
  Person,
  PersonPatch,
  PersonRef,
  Theme,
} from './schemas/person.ts';
export {
  ApiToken,
  IssuedApiToken,
  LinkInfo,
  LinkInspect,
  LinkKind,
  LinkRedeem,
  NewApiToken,
  PasswordResetRequest,
  Session,
  SessionEntry,
  SetUpState,
  SignIn,
  Via,
} from './schemas/session.ts';
export {
  Activity,
  ActivityDetails,
  ActivityPatch,
  ActivityType,
  Member,
  MemberParams,
  MemberPut,
  NewActivity,
} from './schemas/activity.ts';
export {
  CHAPTERS_MAX,
  Chapter,
  ChapterPatch,
  ChapterState,
  DocumentDetails,
  DocumentPatch,
  DocumentRights,
  DocumentSummary,
  ExportFormat,
  UploadedFile,
  NewChapter,
  NewDocument,
  Outline,
  Template,
  Ticket,
} from './schemas/document.ts';
export {
  Invitation,
  IssuedLink,
  MailEntry,
  MailMessage,
  PEOPLE_PAGE_MAX,
  PeoplePage,
  PeopleQuery,
  PersonEntry,
  PersonEntryPatch,
} from './schemas/administration.ts';
export {
  MAX_PIECE_BYTES,
  POLLED_NAMESPACE,
  PieceJoiner,
  piecesOf,
  type PolledClientEvents,
  type PolledServerEvents,
} from './polled-frames.ts';
