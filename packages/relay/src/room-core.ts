import type { CloseReason } from '@plenary/protocol';
import type { Audience } from './audience.ts';
import type { Intake } from './intake.ts';
import type { RoomPorts } from './room-ports.ts';
import type { RoomRights } from './room-rights.ts';
import type { RoomState } from './room-state.ts';
import type { RoomUpkeep } from './room-upkeep.ts';
import type { Timers } from './timers.ts';
import type { WaitingUpdates } from './waiting-updates.ts';

/** The parts of a room that its driver works on. */
export interface RoomCore {
  readonly chapterId: string;
  /** Number of this room on the wire of our own clients. */
  readonly number: number;
  readonly generation: string;
  readonly ports: RoomPorts;
  readonly timers: Timers;
  readonly state: RoomState;
  readonly rights: RoomRights;
  readonly upkeep: RoomUpkeep;
  readonly intake: Intake;
  readonly audience: Audience;
  readonly waiting: WaitingUpdates;
  /** Judges the updates that waited. */
  judgeWaiting(): void;
  /** Ends the room for everybody. */
  close(reason: CloseReason): void;
  /** Something nobody expected: puts the room out of service (R9). */
  fail(error: unknown): void;
}
