import type { ConnectionEvent, ConnectionStory, Socket } from '@plenary/relay';

/** A socket that keeps what is sent on it. Set `stalled` to play a reader that takes nothing. */
export class FakeSocket implements Socket {
  readonly frames: Uint8Array[] = [];
  /** What its story was told. */
  readonly events: ConnectionEvent[] = [];
  readonly story: ConnectionStory = { id: 'fake', tell: (event) => void this.events.push(event) };
  /** How it was closed by our side; null while open. */
  closedWith: { readonly code: number; readonly reason: string } | null = null;
  terminated = false;
  stalled = false;
  bufferedBytes = 0;
  /** Told of every frame as it is sent. */
  onFrame: (frame: Uint8Array) => void = () => {};
  /** Told once, when our side closes or terminates it. */
  onClose: () => void = () => {};

  get isOpen(): boolean {
    return this.closedWith === null && !this.terminated;
  }

  send(frame: Uint8Array): void {
    if (!this.isOpen) return;
    this.frames.push(frame);
    if (this.stalled) this.bufferedBytes += frame.byteLength;
    this.onFrame(frame);
  }

  close(code: number, reason: string): void {
    if (!this.isOpen) return;
    this.closedWith = { code, reason };
    this.onClose();
  }

  terminate(): void {
    if (!this.isOpen) return;
    this.terminated = true;
    this.onClose();
  }

  /** The reader takes everything that waited. */
  drain(): void {
    this.stalled = false;
    this.bufferedBytes = 0;
  }
}
