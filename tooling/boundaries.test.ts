import { describe, expect, it } from 'vitest';
import { objection } from './boundaries.ts';

describe('objection', () => {
  it.each([
    ['packages/relay/src/room.ts', '@plenary/protocol'],
    ['packages/relay/src/room.test.ts', '@plenary/testing'],
    ['packages/relay/src/room.ts', './ports.ts'],
    ['server/src/app.ts', 'fastify'],
    ['web/src/routes/+page.svelte', '@plenary/editor/editor.css'],
  ])('lets %s import %s', (file, module) => {
    expect(objection({ file, module })).toBeNull();
  });

  it.each([
    ['packages/relay/src/room.ts', '@plenary/testing'],
    ['packages/relay/src/room.ts', 'ws'],
    ['packages/relay/src/room.ts', 'node:fs'],
    ['packages/relay/src/room.test.ts', '@plenary/server'],
    ['packages/relay/src/room.ts', '../../protocol/src/wire.ts'],
    ['packages/protocol/src/wire.ts', '@plenary/relay'],
    ['server/src/domain/policy.ts', 'fastify'],
    ['server/src/app.ts', '@plenary/web'],
    ['web/src/lib/state.ts', '@plenary/server'],
    ['web/src/lib/state.ts', '@plenary/provider/src/types.ts'],
  ])('objects when %s imports %s', (file, module) => {
    expect(objection({ file, module })).not.toBeNull();
  });
});
